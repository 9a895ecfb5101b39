// Draws who dealt with whom. The table below the picture says the same; a click leads where its links lead.
const box = document.getElementById("graph");

// What a style sheet calls a colour, as the browser shows it now.
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function style() {
  const tones = { cooperation: ["material_cooperation", "solid"], conflict: ["material_conflict", "dashed"], both: ["both", "dotted"] };
  return [
    {
      selector: "node",
      style: {
        label: "data(name)",
        color: colour("ink"),
        "background-color": colour("soft"),
        "font-family": getComputedStyle(document.querySelector(".small, .label")).fontFamily,
        "text-valign": "top",
        "text-background-color": colour("paper"),
        "text-background-opacity": 0.8,
      },
    },
    { selector: "edge", style: { "curve-style": "straight", opacity: 0.85 } },
    ...Object.entries(tones).map(([tone, [name, line]]) => ({
      selector: `edge[tone = "${tone}"]`,
      style: { "line-color": colour(name), "line-style": line },
    })),
  ];
}

if (box && window.cytoscape) {
  const graph = JSON.parse(box.dataset.graph);
  const most = Math.max(1, ...graph.edges.map((edge) => edge.weight));
  const heaviest = Math.max(1, ...graph.nodes.map((node) => node.weight));
  const elements = [
    ...graph.nodes.map((node) => ({ data: { ...node, size: 8 + 26 * Math.sqrt(node.weight / heaviest) } })),
    ...graph.edges.map((edge) => ({ data: { ...edge, width: 1 + 7 * Math.sqrt(edge.weight / most) } })),
  ];
  const cy = window.cytoscape({
    container: box,
    elements,
    style: style(),
    // From a circle, so that the same network looks the same each time.
    layout: { name: "circle", animate: false },
    userZoomingEnabled: false,
    autoungrabify: true,
    boxSelectionEnabled: false,
  });
  cy.layout({ name: "cose", animate: false, randomize: false, nodeDimensionsIncludeLabels: true, numIter: 2500, idealEdgeLength: () => 150, nodeRepulsion: () => 400000, nodeOverlap: 30, gravity: 0.6, padding: 24 }).run();
  // A tall network in a wide window, or the other way round, is laid on its side: it is drawn larger so.
  const measure = () => cy.elements().boundingBox({ includeLabels: false });
  let drawn = measure();
  if (drawn.w < drawn.h !== box.clientWidth < box.clientHeight) {
    cy.nodes().positions((node) => ({ x: node.position("y"), y: node.position("x") }));
    drawn = measure();
  }
  // What is then left of the window is filled by drawing it out, up to twice, in one direction.
  const stretch = (drawn.h / drawn.w) * (box.clientWidth / box.clientHeight);
  const [wider, higher] = [Math.min(2, Math.max(1, stretch)), Math.min(2, Math.max(1, 1 / stretch))];
  cy.nodes().positions((node) => ({ x: node.position("x") * wider, y: node.position("y") * higher }));
  // However far apart the layout put them, names and lines are as large as they shall be on the page. How
  // large that is hangs on what fits, and what fits on how large names are: three times is near enough.
  const dress = () => {
    cy.resize();
    for (let turn = 0; turn < 3; turn += 1) {
      cy.fit(undefined, 20);
      const unit = 1 / cy.zoom();
      cy.batch(() => {
        cy.nodes().forEach((node) => node.style({ width: node.data("size") * unit, height: node.data("size") * unit, "font-size": 12 * unit, "text-margin-y": -3 * unit }));
        cy.edges().forEach((edge) => edge.style({ width: edge.data("width") * unit }));
      });
    }
  };
  dress();
  cy.on("tap", "node, edge", (event) => { location.href = event.target.data("address"); });
  cy.on("mouseover", "node, edge", () => { box.style.cursor = "pointer"; });
  cy.on("mouseout", "node, edge", () => { box.style.cursor = ""; });
  new ResizeObserver(dress).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(style()));
}
