// Draws the line of two states: bars for PLOVER's four quadrants, a line for their sum. The table below says the same.
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
    data: points.map((point) => point[n + 1]),
    itemStyle: { color: colour(quad), decal: { symbol: n % 2 ? "none" : "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(0,0,0,0.22)" } },
  }));
  const line = {
    name: names[4],
    type: "line",
    symbolSize: 6,
    data: points.map((point) => point[5]),
    itemStyle: { color: ink },
    lineStyle: { color: ink, width: 1.5 },
  };
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: font, color: ink },
    grid: { left: 44, right: 12, top: 16, bottom: box.clientWidth < 500 ? 130 : 64 },
    legend: { bottom: 0, textStyle: { color: ink }, type: "plain", itemGap: 12 },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("sheet"), borderColor: rule, textStyle: { color: ink } },
    xAxis: { type: "category", data: points.map((point) => point[0]), axisLine: { lineStyle: { color: soft } }, axisLabel: { color: soft } },
    yAxis: { type: "value", splitLine: { lineStyle: { color: rule } }, axisLabel: { color: soft } },
    series: [...bars, line],
  });
}

if (box && window.echarts) {
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  draw(chart);
  new ResizeObserver(() => { chart.resize(); draw(chart); }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(chart));
}
