#include "mien/report/page.h"

namespace mien {

const std::string_view kPageStyle = R"css(
:root {
  --paper: #ffffff; --ink: #262b33; --faint: #69717d; --line: #dfe3e8; --card: #f6f7f9;
  --absent: #e6e9ed; --valence: #005faf; --arousal: #d55e00; --unit: 0, 70, 140;
  --unit-ground: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e6e9ed; --faint: #98a1ad; --line: #343a43; --card: #1e2228;
    --absent: #2b3037; --valence: #5db2f5; --arousal: #ff9b4d; --unit: 110, 185, 255;
    --unit-ground: #15181c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
main { max-width: 1180px; margin: 0 auto; padding: 20px 16px 40px; }
h1 { font-size: 1.45rem; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0; display: inline; }
.facts, .note, footer { color: var(--faint); }
.facts { margin: 0 0 16px; }
footer { margin-top: 32px; font-size: .85rem; border-top: 1px solid var(--line);
  padding-top: 12px; }
.wide { overflow-x: auto; margin-bottom: 14px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
th { color: var(--faint); font-weight: 500; }
td a { color: inherit; }
.dot { display: inline-block; width: .75em; height: .75em; border-radius: 50%;
  margin-right: .45em; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 18px; font-size: .9rem; }
.legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 2px;
  vertical-align: -1px; }
.legend i.stroke { height: 3px; width: 16px; vertical-align: 4px; }
section { margin: 0 0 30px; scroll-margin-top: 10px; }
.chart { position: relative; margin-top: 6px; touch-action: pan-y; cursor: crosshair;
  outline: none; }
.chart:focus-visible { box-shadow: 0 0 0 2px var(--valence); }
.chart canvas { display: block; width: 100%; }
.cursor { position: absolute; top: 0; bottom: 18px; width: 0; border-left: 1.5px solid var(--ink);
  pointer-events: none; }
.now { display: flex; flex-wrap: wrap; gap: 14px; background: var(--card); border-radius: 8px;
  padding: 10px; margin-top: 6px; min-height: 118px; align-items: flex-start; }
.now figure { margin: 0; width: 96px; text-align: center; font-size: .75rem; color: var(--faint); }
.now img { width: 96px; height: 96px; object-fit: cover; border-radius: 6px; display: block; }
.now .when { font-weight: 600; min-width: 96px; font-variant-numeric: tabular-nums; }
.now .when small { display: block; font-weight: 400; color: var(--faint); }
.top { min-width: 190px; font-size: .88rem; }
.bar { display: grid; grid-template-columns: 84px 1fr 38px; gap: 6px; align-items: center; }
.bar b { height: 9px; border-radius: 2px; display: block; min-width: 1px; }
.bar span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.plane { width: 96px; height: 96px; }
.units { display: flex; flex-wrap: wrap; gap: 4px; font-size: .8rem; max-width: 340px;
  flex: 1 1 220px;
  font-variant-numeric: tabular-nums; }
.units span { border: 1px solid var(--line); border-radius: 4px; padding: 1px 6px;
  color: var(--faint); }
.units span.on { border-color: var(--valence); color: var(--ink); font-weight: 600; }
.strip { display: flex; gap: 6px; overflow-x: auto; padding: 6px 0 2px; }
.strip button { flex: none; border: 2px solid transparent; border-radius: 7px; padding: 0;
  background: none; color: var(--faint); font: inherit; font-size: .72rem; cursor: pointer; }
.strip button[aria-pressed=true] { border-color: var(--ink); color: var(--ink); }
.strip img { width: 56px; height: 56px; object-fit: cover; border-radius: 5px; display: block; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(158px, 1fr)); gap: 14px; }
.gallery figure { margin: 0; background: var(--card); border-radius: 8px; padding: 8px;
  font-size: .85rem; overflow-wrap: anywhere; }
.gallery img, .gallery .none { width: 100%; aspect-ratio: 1; object-fit: contain; display: block;
  border-radius: 5px; background: var(--absent); }
.gallery .chip { display: inline-block; border-radius: 4px; padding: 0 7px; font-weight: 600;
  margin: 7px 0 2px; }
.gallery .file { color: var(--faint); font-size: .78rem; }
select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: 4px 8px; margin-bottom: 14px; }
[hidden] { display: none !important; }
)css";

}  // namespace mien
