"""Measured figures as Markdown, and their place in docs/performance.md."""

import statistics

from bar_plot import bar_plot
from machine import is_busy, sentences
from measure_engines import OURS, PLAIN
from peers import TITLES

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def engine_tables(rows, peers):
    lines = []
    plain = [PLAIN] if any(PLAIN in row["milliseconds"] for row in rows) else []
    for batch in sorted({row["batch"] for row in rows}):
        unit = "milliseconds" if batch == 1 else "images a second"
        lines += [f"### Networks alone, batch {batch}: {unit}", ""]
        lines += table(
            ["network", "ConvServe", *(f"`{name}`" for name in plain), *(TITLES[peer] for peer in peers),
             "best peer / ConvServe", "of the fastest rounds", *(f"best peer / `{name}`" for name in plain)],
            [engine_cells(row, [OURS, *plain], peers) for row in rows if row["batch"] == batch]) + [""]
    return lines


def engine_cells(row, ours, peers):
    times = over_rounds(row, statistics.median)
    # At batch 1 somebody waits for the answer; larger batches are about how much gets done.
    cells = [f"{value:.2f}" if row["batch"] == 1 else f"{row['batch'] * 1000 / value:.1f}"
             for value in (times[name] for name in [*ours, *peers])]
    if not peers:
        return [row["network"], *cells, "-", *("-" for _ in ours)]
    best, ratio = best_ratio(row)
    return [
        row["network"], *cells, f"{ratio:.2f} ({TITLES[best]})", f"{best_ratio(row, min)[1]:.2f}",
        *(f"{times[best] / times[name]:.2f}" for name in ours[1:])]


def over_rounds(row, choose):
    return {name: choose(values) for name, values in row["milliseconds"].items()}


def best_ratio(row, choose=statistics.median):
    """The fastest peer, and its time over ours: above 1, ConvServe is faster.

    Where others compute too, only the fastest rounds say something: `choose` is then `min`.
    """
    times = over_rounds(row, choose)
    ours = times.pop(OURS)
    times.pop(PLAIN, None)
    best = min(times, key=times.get)
    return best, times[best] / ours


def spread_sentence(rows):
    """How far rounds of the same thing lie apart: a ratio means nothing within that."""
    spreads = [
        max(values) / min(values) - 1 for row in rows for values in row["milliseconds"].values() if len(values) > 1]
    if not spreads:
        return ""
    return (f" The slowest round of an engine took {100 * statistics.median(spreads):.0f} % longer than its fastest in "
            f"the median, {100 * max(spreads):.0f} % at worst.")


def server_table(rows):
    return ["### Whole servers", ""] + table(
        ["network", "image", "clients", "ConvServe, requests/s", "p50, p99 ms", "mosec, requests/s", "p50, p99 ms",
         "mosec's layout", "ConvServe / mosec"],
        [server_cells(row) for row in rows]) + [""]


def server_cells(row):
    ours = row["servers"][OURS]
    layout, theirs = best_layout(row)
    return [
        row["network"], row["image"], str(row["connections"]), *server_figures(ours), *server_figures(theirs), layout,
        f"{server_ratio(row):.2f}"]


def server_figures(result):
    return f"{result['requests_per_second']:.1f}", f"{result['p50_ms']:.1f}, {result['p99_ms']:.1f}"


def best_layout(row):
    """The layout with which mosec answered most requests of this kind."""
    layouts = {name: result for name, result in row["servers"].items() if name != OURS}
    return max(layouts.items(), key=lambda item: item[1]["requests_per_second"])


def server_ratio(row):
    return row["servers"][OURS]["requests_per_second"] / best_layout(row)[1]["requests_per_second"]


def table(head, rows):
    alignment = ["---"] + ["---:"] * (len(head) - 1)
    return ["| " + " | ".join(cells) + " |" for cells in (head, alignment, *rows)]


def markdown(results):
    engines, servers, peers = results["engines"], results["servers"], results["peers"]
    lines = [
        f"Measured on {results['date']} with `{results['command']}`, ConvServe {results['revision']}, "
        f"{', '.join(f'{name} {version}' for name, version in results['versions'].items())}.", "",
        sentences(results["machine"]) + spread_sentence(engines), ""]
    if engines:
        lines += engine_tables(engines, peers)
    if engines and peers:
        greatest = max(row["logits_differ_by"] for row in engines)
        lines += [f"All engines' logits agree: they differ by at most {greatest:.0e} of the greatest logit.", ""]
    if servers:
        lines += server_table(servers)
    return "\n".join(lines)


def plot(results):
    groups = []
    for row in results["engines"] if results["peers"] else []:
        best, ratio = best_ratio(row)
        groups.append((row["network"], f"batch {row['batch']}", ratio, TITLES[best]))
    for row in results["servers"]:
        clients = "1 client" if row["connections"] == 1 else f"{row['connections']} clients"
        groups.append((f"server, {row['network']}", f"{row['image']}, {clients}", server_ratio(row), "mosec"))
    busy = " (measured while others computed too)" if is_busy(results["machine"]) else ""
    return bar_plot(f"ConvServe and the fastest peer: how many times as fast{busy}", groups)


def update_documentation(path, results):
    """Replaces what lies between the marks; the text around is written by hand."""
    text = path.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{path} needs the lines {BEGIN} and {END}, once each.")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{markdown(results)}\n{END}{after}")
    path.with_suffix(".svg").write_text(plot(results))
