"""Measured figures as Markdown, and their place in docs/performance.md."""

import re
import statistics

from bar_plot import bar_plot
from machine import kind, sentences
from measure_engines import OURS, PLAIN, counted
from peers import TITLES

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
# Each kind of processor has a part of its own between them, which a run on that kind replaces.
KIND = re.compile(r"<!-- measured on: (.*) -->\n")


def engine_tables(rows, peers):
    lines = []
    plain = [PLAIN] if any(PLAIN in row["rounds"] for row in rows) else []
    for batch in sorted({row["batch"] for row in rows}):
        unit = "milliseconds" if batch == 1 else "images a second"
        lines += [f"### Networks alone, batch {batch}: {unit}", ""]
        lines += table(
            ["network", "ConvServe", *(f"`{name}`" for name in plain), *(TITLES[peer] for peer in peers),
             "best peer / ConvServe", "undisturbed", *(f"best peer / `{name}`" for name in plain)],
            [engine_cells(row, [OURS, *plain], peers) for row in rows if row["batch"] == batch]) + [""]
    return lines


def engine_cells(row, ours, peers):
    times = over_rounds(row, statistics.median)
    # At batch 1 somebody waits for the answer; larger batches are about how much gets done.
    cells = [f"{value:.2f}" if row["batch"] == 1 else f"{row['batch'] * 1000 / value:.1f}"
             for value in (times[name] for name in [*ours, *peers])]
    if not peers:
        return [row["network"], *cells, "-", undisturbed(row), *("-" for _ in ours[1:])]
    best, ratio = best_ratio(row)
    return [
        row["network"], *cells, f"{ratio:.2f} ({TITLES[best]})", undisturbed(row),
        *(f"{times[best] / times[name]:.2f}" for name in ours[1:])]


def undisturbed(row):
    rounds = [measured for engine in row["rounds"].values() for measured in engine]
    return f"{sum(measured['undisturbed'] for measured in rounds)} of {len(rounds)}"


def over_rounds(row, choose):
    return {name: choose(counted(rounds)) for name, rounds in row["rounds"].items()}


def best_ratio(row):
    """The fastest peer, and its median time over ours: above 1, ConvServe is faster."""
    times = over_rounds(row, statistics.median)
    ours = times.pop(OURS)
    times.pop(PLAIN, None)
    best = min(times, key=times.get)
    return best, times[best] / ours


def spread_sentence(rows):
    """How far rounds of the same thing lie apart: a ratio means nothing within that."""
    spreads = [
        max(times) / min(times) - 1 for row in rows for times in map(counted, row["rounds"].values()) if len(times) > 1]
    if not spreads:
        return ""
    return (f" Of the rounds that count, an engine's slowest took {100 * statistics.median(spreads):.0f} % longer than "
            f"its fastest in the median, {100 * max(spreads):.0f} % at worst.")


def server_table(rows):
    return ["### Whole servers", ""] + table(
        ["network", "image", "clients", "ConvServe, requests/s", "p50, p99 ms", "mosec, requests/s", "p50, p99 ms",
         "mosec's layout", "ConvServe / mosec", "undisturbed"],
        [server_cells(row) for row in rows]) + [""]


def server_cells(row):
    ours = row["servers"][OURS]
    if not is_compared(row):
        return [
            row["network"], row["image"], str(row["connections"]), *server_figures(ours), "-", "-", "-", "-",
            undisturbed_loads(row)]
    layout, theirs = best_layout(row)
    return [
        row["network"], row["image"], str(row["connections"]), *server_figures(ours), *server_figures(theirs), layout,
        f"{server_ratio(row):.2f}", undisturbed_loads(row)]


def undisturbed_loads(row):
    servers = row["servers"].values()
    return f"{sum(s['undisturbed'] for s in servers)} of {sum(s['rounds'] for s in servers)}"


def is_compared(row):
    return len(row["servers"]) > 1


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
        least = min(server_ratio(row) for row in servers if is_compared(row))
        lines += [*server_table(servers), f"The least ratio of the servers is {least:.2f}.", ""]
    return "\n".join(lines)


def plot(results):
    groups = []
    for row in results["engines"] if results["peers"] else []:
        best, ratio = best_ratio(row)
        groups.append((row["network"], f"batch {row['batch']}", ratio, TITLES[best]))
    for row in filter(is_compared, results["servers"]):
        clients = "1 client" if row["connections"] == 1 else f"{row['connections']} clients"
        groups.append((f"server, {row['network']}", f"{row['image']}, {clients}", server_ratio(row), "mosec"))
    name = kind(results["machine"], results["cpu"])
    return bar_plot(f"ConvServe and the fastest peer on {name}: how many times as fast", groups)


def update_documentation(path, results):
    """Replaces the part of this kind of processor between the marks; the text around is written by hand."""
    text = path.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{path} needs the lines {BEGIN} and {END}, once each.")
    before, rest = text.split(BEGIN)
    measured, after = rest.split(END)
    words = KIND.split(measured)
    parts = dict(zip(words[1::2], words[2::2]))
    name = kind(results["machine"], results["cpu"])
    drawing = path.with_name(f"performance-{re.sub('[^a-z0-9]+', '-', name.lower())}.svg")
    parts[name] = (
        f"\n## Measured on {name}\n\n![How many times as fast as the fastest peer]({drawing.name})\n\n"
        f"{markdown(results)}\n")
    joined = "".join(f"<!-- measured on: {name} -->\n{part}" for name, part in parts.items())
    path.write_text(f"{before}{BEGIN}\n{joined}{END}{after}")
    drawing.write_text(plot(results))
