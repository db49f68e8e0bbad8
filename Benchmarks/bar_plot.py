"""Horizontal bars around 1, as SVG."""

from xml.sax.saxutils import escape

BAR, GAP, GROUP_GAP, TOP, BOTTOM = 14, 3, 9, 40, 26
GROUP_WIDTH, LABEL_WIDTH, PLOT_WIDTH, NOTE_WIDTH = 125, 145, 420, 150
WIDTH = GROUP_WIDTH + LABEL_WIDTH + PLOT_WIDTH + NOTE_WIDTH
FASTER, SLOWER, GRID, TEXT = "#2a7f62", "#b3573e", "#d5d5d5", "#222222"


def bar_plot(title, bars):
    """Bars are (group, label, ratio, note); neighbours of one group stand together under its name."""
    right_edge = max([1.25, *(ratio for _, _, ratio, _ in bars)]) * 1.02
    left = GROUP_WIDTH + LABEL_WIDTH

    def across(ratio):
        return left + PLOT_WIDTH * ratio / right_edge

    parts, y, previous = [], TOP, None
    for group, label, ratio, note in bars:
        y += 0 if previous is None else GAP if group == previous else GROUP_GAP
        if group != previous:
            parts.append(text(0, y + BAR - 3, group, weight="bold"))
        parts += [
            text(left - 6, y + BAR - 3, label, anchor="end"),
            f'<rect x="{left}" y="{y}" width="{across(ratio) - left:.1f}" height="{BAR}" '
            f'fill="{FASTER if ratio >= 1 else SLOWER}"/>',
            text(across(ratio) + 5, y + BAR - 3, f"{ratio:.2f}  {note}")]
        y, previous = y + BAR, group
    height = y + BOTTOM
    grid = [line for tick in ticks(right_edge) for line in rule(across(tick), y, tick)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 {WIDTH + 20} {height}" width="{WIDTH + 20}" '
        f'height="{height}" font-family="sans-serif" font-size="11" fill="{TEXT}">',
        f'<rect x="-10" y="0" width="{WIDTH + 20}" height="{height}" fill="white"/>',
        text(0, 20, title, weight="bold", size=14), *grid, *parts, "</svg>", ""])


def ticks(right_edge):
    step = 0.25 if right_edge <= 2 else 0.5 if right_edge <= 4 else 1
    return [step * i for i in range(int(right_edge / step) + 1)]


def rule(x, bottom, tick):
    """Equal speed is the line to look at."""
    colour, width = (TEXT, 1.5) if tick == 1 else (GRID, 1)
    return [
        f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom + 4}" stroke="{colour}" stroke-width="{width}"/>',
        text(round(x, 1), bottom + 18, f"{tick:g}", anchor="middle")]


def text(x, y, content, anchor="start", weight="normal", size=11):
    return (f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" font-size="{size}">'
            f"{escape(content)}</text>")
