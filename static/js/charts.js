/** Charts beside the tables of the overview. The tables carry the figures; without this script nothing is lost. */
import { whenPresent } from "./dom.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const LIGHTS = { green: "--green", yellow: "--yellow-fill", red: "--red", stopped: "--ink-soft" };
const TREND = { received: "--accent-line", accepted: "--accent", decided: "--green" };

function base() {
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, color: token("--ink-soft"), fontSize: 13 };
  return {
    textStyle: text,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    // Drawn on the canvas: a tooltip made of HTML would need inline style.
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText", confine: true },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text },
    grid: { left: 8, right: 24, top: 40, bottom: 8, containLabel: true },
  };
}

const category = (labels, inverse) => ({
  type: "category",
  data: labels,
  inverse,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: token("--line-strong") } },
  axisLabel: { color: token("--ink") },
});

const value = () => ({ type: "value", minInterval: 1, splitLine: { lineStyle: { color: token("--line") } } });

function lightOption(data) {
  return {
    ...base(),
    xAxis: value(),
    yAxis: { ...category(data.labels, true), axisLabel: { color: token("--ink"), width: 120, overflow: "truncate" } },
    series: data.series.map((one) => ({
      type: "bar",
      stack: "cases",
      name: one.name,
      data: one.values,
      barMaxWidth: 18,
      itemStyle: { color: token(LIGHTS[one.key]) },
    })),
  };
}

function trendOption(data) {
  return {
    ...base(),
    xAxis: category(data.labels, false),
    yAxis: value(),
    series: data.series.map((one) => ({
      type: one.key === "received" ? "bar" : "line",
      name: one.name,
      data: one.values,
      barMaxWidth: 24,
      symbolSize: 7,
      lineStyle: { width: 2.5, color: token(TREND[one.key]) },
      itemStyle: { color: token(TREND[one.key]) },
    })),
  };
}

const OPTIONS = { lights: lightOption, trend: trendOption };

function draw(figure, data) {
  if (!window.echarts || !data?.labels.length) return;
  figure.hidden = false;
  // The table beside it says the same to those who cannot see the picture.
  figure.setAttribute("aria-hidden", "true");
  const chart = window.echarts.init(figure, null, { renderer: "canvas" });
  chart.setOption(OPTIONS[figure.dataset.chart](data));
  new ResizeObserver(() => chart.resize()).observe(figure);
}

whenPresent("[data-chart]", (figure) => {
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  draw(figure, data[figure.dataset.chart]);
});
