// Everything that comes from outside is set as text or as a number, never as HTML.
#include "mien/report/page.h"

namespace mien {

const std::string_view kVideoScript = R"js("use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const kLeft = 44, kBands = 48, kCurves = 90, kUnit = 12, kGap = 10, kAxis = 18;
const shades = () => {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue("--" + name).trim();
};
const timeText = (t, digits) => {
  const all = Math.max(0, t).toFixed(digits);
  const h = Math.floor(all / 3600), m = Math.floor(all / 60) % 60;
  const s = (all % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return h ? h + ":" + String(m).padStart(2, "0") + ":" + s : m + ":" + s;
};
const step = (rough) => [.1, .2, .5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
  7200, 21600, 86400].find((s) => s >= rough) || rough;
const length = data.end - data.begin;
const node = (name, kind, text) => {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
};
const timeOf = (index) => Math.min(data.begin + index * data.bin, data.end);
const classAt = data.affect ? 2 : 0, unitAt = classAt + data.classes.length;
const width = classAt + data.classes.length + data.units.length;
const charts = [];

class Chart {
  constructor(person) {
    this.person = person;
    const section = document.getElementById("p" + person.id);
    this.box = section.querySelector(".chart");
    this.canvas = this.box.appendChild(document.createElement("canvas"));
    this.cursor = this.box.appendChild(node("div", "cursor"));
    this.now = section.querySelector(".now");
    this.strip = section.querySelector(".strip");
    this.buttons = person.thumbs.map((thumb) => {
      const button = node("button");
      const image = button.appendChild(new Image());
      image.src = thumb.src;
      image.alt = "";
      button.append(timeText(thumb.t, 0));
      button.onclick = () => setTime(thumb.t);
      this.strip.append(button);
      return button;
    });
    this.height = (data.classes.length ? kBands + kGap : 0) + (data.affect ? kCurves + kGap : 0) +
      kUnit * data.units.length + kAxis + 4;
    const point = (event) => {
      const inside = this.box.getBoundingClientRect();
      const share = (event.clientX - inside.left - kLeft) / (inside.width - kLeft);
      setTime(data.begin + Math.min(1, Math.max(0, share)) * length);
    };
    this.box.onpointermove = (event) => { if (event.pointerType === "mouse") point(event); };
    this.box.onpointerdown = point;
    this.box.onkeydown = (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      setTime(Math.min(data.end, Math.max(data.begin, time + by * length / 200)));
    };
  }
  x(t) { return kLeft + (t - data.begin) / length * (this.canvas.clientWidth - kLeft); }
  value(bin, i) {
    const value = this.person.values[bin * width + i];
    return value === null ? null : value / 100;
  }
  draw() {
    const colour = shades(), scale = window.devicePixelRatio || 1;
    this.canvas.style.height = this.height + "px";
    this.canvas.width = Math.round(this.canvas.clientWidth * scale);
    this.canvas.height = Math.round(this.height * scale);
    const g = this.canvas.getContext("2d");
    g.scale(scale, scale);
    g.font = "11px system-ui, sans-serif";
    g.textBaseline = "middle";
    let y = 2;
    if (data.classes.length) y = this.bands(g, y, colour);
    if (data.affect) y = this.curves(g, y, colour);
    y = this.units(g, y, colour);
    this.axis(g, y, colour);
  }
  each(call) {
    // Edges lie on the screen's own pixels, so that neighbours neither overlap nor part.
    const { from, to } = this.person, scale = window.devicePixelRatio || 1;
    const edge = (index) => Math.round(this.x(timeOf(index)) * scale) / scale;
    for (let i = 0; i < from.length; ++i) {
      const left = edge(from[i]);
      call(i, left, Math.max(1 / scale, edge(to[i]) - left));
    }
  }
  ground(g, y, height, colour) {
    g.fillStyle = colour("absent");
    g.fillRect(kLeft, y, this.canvas.clientWidth - kLeft, height);
  }
  name(g, text, y, colour) {
    g.fillStyle = colour("faint");
    g.textAlign = "right";
    g.fillText(text, kLeft - 6, y);
  }
  bands(g, y, colour) {
    this.ground(g, y, kBands, colour);
    this.name(g, "expr.", y + kBands / 2, colour);
    this.each((bin, left, wide) => {
      let top = y;
      data.classes.forEach((entry, i) => {
        const share = this.value(bin, classAt + i);
        if (share === null) return;
        g.fillStyle = entry.colour;
        const high = Math.min(share * kBands, y + kBands - top);
        g.fillRect(left, top, wide, high);
        top += high;
      });
    });
    return y + kBands + kGap;
  }
  curves(g, y, colour) {
    this.ground(g, y, kCurves, colour);
    g.fillStyle = colour("paper");
    this.each((bin, left, wide) => g.fillRect(left, y, wide, kCurves));
    g.fillStyle = colour("line");
    for (const at of [0, .5, 1]) {
      g.fillRect(kLeft, y + at * kCurves, this.canvas.clientWidth - kLeft, 1);
    }
    ["+1", "0", "\u22121"].forEach((text, i) => this.name(g, text, y + i * kCurves / 2, colour));
    [[1, "arousal"], [0, "valence"]].forEach(([i, name]) => {
      g.strokeStyle = colour(name);
      g.lineWidth = 1.6;
      g.lineJoin = "round";
      g.beginPath();
      let joined = false;
      this.each((bin, left, wide) => {
        const value = this.value(bin, i);
        if (bin && this.person.to[bin - 1] !== this.person.from[bin]) joined = false;
        if (value === null) { joined = false; return; }
        const at = y + (1 - value) / 2 * kCurves, middle = left + wide / 2;
        if (joined) g.lineTo(middle, at);
        else { g.moveTo(middle - .6, at); g.lineTo(middle, at); }
        joined = true;
      });
      g.stroke();
    });
    return y + kCurves + kGap;
  }
  units(g, y, colour) {
    data.units.forEach((name, i) => {
      this.ground(g, y, kUnit - 1, colour);
      this.name(g, name, y + kUnit / 2, colour);
      this.each((bin, left, wide) => {
        const share = this.value(bin, unitAt + i);
        if (share === null) return;
        g.fillStyle = colour("unit-ground");
        g.fillRect(left, y, wide, kUnit - 1);
        g.fillStyle = `rgba(${colour("unit")}, ${share})`;
        g.fillRect(left, y, wide, kUnit - 1);
      });
      y += kUnit;
    });
    return y;
  }
  axis(g, y, colour) {
    const room = this.canvas.clientWidth - kLeft, by = step(length / Math.max(2, room / 80));
    g.fillStyle = colour("faint");
    for (let t = Math.ceil(data.begin / by) * by; t <= data.end; t += by) {
      const x = this.x(t), late = x > this.canvas.clientWidth - 20;
      g.fillRect(x - (late ? 1 : 0), y + 1, 1, 4);
      g.textAlign = late ? "right" : "center";
      g.fillText(timeText(t, by < 1 ? 1 : 0), late ? this.canvas.clientWidth : x, y + 12);
    }
  }
  bin(t) {
    const { from, to } = this.person;
    let low = 0, high = from.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(from[middle]) <= t) low = middle + 1; else high = middle;
    }
    return low && (t < timeOf(to[low - 1]) || t >= data.end) ? low - 1 : -1;
  }
  show(t) {
    this.cursor.style.left = this.x(t) + "px";
    const parts = [this.thumb(t)];
    const when = node("div", "when", timeText(t, length < 120 ? 2 : 1));
    parts.push(when);
    const bin = this.bin(t);
    if (bin < 0 || this.value(bin, 0) === null) {
      when.append(node("small", "", "not seen here"));
    } else {
      if (data.classes.length) parts.push(this.top(bin));
      if (data.affect) parts.push(this.plane(bin, when));
      if (data.units.length) parts.push(this.chips(bin));
    }
    this.now.replaceChildren(...parts.filter((part) => part));
    this.box.setAttribute("aria-valuenow", t.toFixed(2));
    this.box.setAttribute("aria-valuetext", timeText(t, 1));
  }
  thumb(t) {
    const { thumbs } = this.person;
    if (!thumbs.length) return null;
    let best = 0;
    thumbs.forEach((thumb, i) => {
      if (Math.abs(thumb.t - t) < Math.abs(thumbs[best].t - t)) best = i;
    });
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", i === best));
    const figure = node("figure"), image = figure.appendChild(new Image());
    image.src = thumbs[best].src;
    image.alt = "face at " + timeText(thumbs[best].t, 1);
    figure.append("at " + timeText(thumbs[best].t, 1));
    return figure;
  }
  top(bin) {
    const box = node("div", "top");
    data.classes.map((entry, i) => [this.value(bin, classAt + i), entry])
      .sort((a, b) => b[0] - a[0]).slice(0, 4).forEach(([share, entry]) => {
        const row = box.appendChild(node("div", "bar"));
        row.append(node("span", "", entry.name));
        const bar = row.appendChild(node("b"));
        bar.style.width = 100 * share + "%";
        bar.style.background = entry.colour;
        row.append(node("span", "", Math.round(100 * share) + "%"));
      });
    return box;
  }
  plane(bin, when) {
    const v = this.value(bin, 0), a = this.value(bin, 1);
    const sign = (x) => (x < 0 ? "\u2212" : "+") + Math.abs(x).toFixed(2);
    when.append(node("small", "", "valence " + sign(v)), node("small", "", "arousal " + sign(a)));
    const make = (name, marks, parent) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(marks)) made.setAttribute(key, value);
      if (parent) parent.append(made);
      return made;
    };
    const svg = make("svg", { class: "plane", viewBox: "-1.1 -1.1 2.2 2.2", role: "img" });
    const line = { stroke: "currentColor", "stroke-width": .02, opacity: .4, fill: "none" };
    make("rect", { x: -1, y: -1, width: 2, height: 2, ...line }, svg);
    make("path", { d: "M-1 0H1M0 -1V1", ...line }, svg);
    make("circle", { cx: v, cy: -a, r: .11, fill: this.person.colour }, svg);
    return svg;
  }
  chips(bin) {
    const box = node("div", "units");
    data.units.forEach((name, i) => {
      const share = this.value(bin, unitAt + i), on = share >= data.thresholds[i];
      box.append(node("span", on ? "on" : "", name + " " + share.toFixed(2)));
    });
    return box;
  }
}

let time = data.begin;
function setTime(t) {
  time = t;
  charts.forEach((chart) => chart.show(t));
}
data.persons.forEach((person) => charts.push(new Chart(person)));
const redraw = () => { charts.forEach((chart) => chart.draw()); setTime(time); };
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
if (charts.length) {
  const first = charts[0].person;
  time = first.thumbs.length ? first.thumbs[0].t : timeOf(first.from[0]);
  redraw();
}
)js";

const std::string_view kGalleryScript = R"js("use strict";
const choice = document.querySelector("select");
const figures = [...document.querySelectorAll(".gallery figure")];
choice.onchange = () => figures.forEach((figure) => {
  figure.hidden = choice.value !== "" && figure.dataset.kind !== choice.value;
});
)js";

}  // namespace mien
