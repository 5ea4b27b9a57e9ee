"""Watch how far a page moves while it comes and afterwards, in a browser: scripts to run in it."""

from __future__ import annotations

#: notes layout shifts from the first paint on, what moved and how far, for who must find out why; and the second frame
#: after the last piece of the page came, by which all of it is laid out
WATCH_SHIFTS = """
    window.noted = [];
    window.arrived = Infinity;
    document.addEventListener("readystatechange", () => {
        if (document.readyState !== "interactive") return;
        requestAnimationFrame(() => requestAnimationFrame(now => window.arrived = now));
    });
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (entry.hadRecentInput) return;  // what a person opens may push the rest down
        const at = box => [box.x, box.y, box.width, box.height].map(Math.round).join(" ");
        const moved = entry.sources.map(({node, previousRect, currentRect}) => {
            const what = (node?.outerHTML ?? node?.nodeName ?? "gone").slice(0, 80);
            return `${entry.value.toFixed(4)} ${what}: ${at(previousRect)} -> ${at(currentRect)}`;
        });
        window.noted.push({when: entry.startTime, value: entry.value, moved});
    }))
        .observe({type: "layout-shift", buffered: true});
"""
#: Shifts after all of the page came, those while it came, and what moved. A busy machine takes even a small page piece
#: by piece, and the columns of a table or a row of buttons settle with each: little, it is no page that jumps.
SHIFTS = """() => {
    const sum = some => some.reduce((all, one) => all + one.value, 0);
    const late = window.noted.filter(one => one.when >= window.arrived);
    return [sum(late), sum(window.noted) - sum(late), window.noted.flatMap(one => one.moved)];
}"""
MOST_LATE, MOST_WHILE_COMING = 0.005, 0.05
