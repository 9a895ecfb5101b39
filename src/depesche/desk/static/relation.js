// Draws the line of two states: bars for PLOVER's four quadrants, a point for their sum. The table below says the same.
const box = document.getElementById("chart");

const QUADS = ["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"];

// What a style sheet calls a colour, as the browser shows it now.
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  box.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function draw(chart) {
  const points = JSON.parse(box.dataset.points);
  const names = JSON.parse(box.dataset.names);
  const [ink, soft, rule] = ["ink", "soft", "rule"].map(colour);
  const font = getComputedStyle(document.querySelector(".small, .label")).fontFamily;
  const bars = QUADS.map((quad, n) => ({
    name: names[n],
    type: "bar",
    stack: "score",
    barMaxWidth: 28,
    barMinWidth: 4,
    data: points.map((point) => [point[0], point[n + 1]]),
    itemStyle: { color: colour(quad), decal: { symbol: n % 2 ? "none" : "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(0,0,0,0.22)" } },
  }));
  // Points alone: between two periods nothing is known to have happened.
  const sums = {
    name: names[4],
    type: "scatter",
    symbolSize: 9,
    symbol: "diamond",
    data: points.map((point) => [point[0], point[5]]),
    itemStyle: { color: ink, borderColor: colour("paper"), borderWidth: 1.5 },
  };
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: font, color: ink },
    grid: { left: 44, right: 12, top: 16, bottom: box.clientWidth < 500 ? 130 : 64 },
    legend: { bottom: 0, textStyle: { color: ink }, type: "plain", itemGap: 12 },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("sheet"), borderColor: rule, textStyle: { color: ink } },
    xAxis: {
      type: "time",
      // Without names of months, so that it reads the same in every language.
      axisLabel: { color: soft, hideOverlap: true, formatter: { year: "{yyyy}", month: "{yyyy}-{MM}", day: "{yyyy}-{MM}-{dd}", hour: "", minute: "", second: "", millisecond: "" } },
      axisLine: { onZero: false, lineStyle: { color: soft } },
    },
    yAxis: { type: "value", splitLine: { lineStyle: { color: rule } }, axisLabel: { color: soft } },
    series: [...bars, sums],
  });
}

if (box && window.echarts) {
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  draw(chart);
  new ResizeObserver(() => { chart.resize(); draw(chart); }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(chart));
}
