// The camera: one frame is on its way to the server at a time. When it is answered, the newest follows; those that the
// camera made in between are never drawn, so nothing queues.
const cameras = new WeakMap();
const RECENT = 8; // answers from which the rate is told
// Milliseconds after which a frame is given up: a run of the page that begins at the same moment can lose it. The first
// one waits for the network to be built and measured; later ones as long as four of those before.
const FIRST = 10_000, LEAST = 3_000;
const DENIED = {
  NotAllowedError: "The camera was not allowed: allow it beside the page's address, and start again.",
  NotFoundError: "No camera was found: connect one, and start again.",
  NotReadableError: "The camera is used by another program: close that, and start again.",
};

function mounted(root) {
  const of = (selector) => root.querySelector(selector);
  const m = {
    root, video: of("video"), button: of("button"), note: of(".note"), rate: of(".rate"), way: of(".way"),
    canvas: document.createElement("canvas"), stream: null, started: 0, sent: 0, sentAt: 0, answers: [], made: 0, run: 0,
  };
  m.button.addEventListener("click", () => (m.stream ? stop(m, "Stopped.") : start(m)));
  m.hidden = () => { if (document.hidden) stop(m, "Stopped, since this page was no longer in sight."); };
  return m;
}

async function start(m) {
  const run = ++m.run;
  m.note.textContent = "Waiting for the camera …";
  m.button.disabled = true;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 } }, audio: false });
    if (run !== m.run || !m.root.isConnected) { end(stream); return; }
    m.stream = stream;
    m.video.srcObject = stream;
    stream.getTracks()[0].addEventListener("ended", () => stop(m, "Stopped, since the camera was switched off."));
    document.addEventListener("visibilitychange", m.hidden);
    m.note.textContent = "Live: pictures are looked at and not kept.";
    m.button.textContent = "Stop the camera";
    Object.assign(m, { answers: [], made: 0, sent: 0, first: null });
    count(m, run);
    await m.video.play();
    send(m, run);
    m.hidden();
  } catch (error) {
    if (run !== m.run) return;
    stop(m, DENIED[error.name] ?? (error.name === "SecurityError"
      ? "Browsers give the camera only to pages from this computer or by https."
      : "The camera could not be started: try again, or use another browser."));
  } finally {
    m.button.disabled = false;
  }
}

function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function stop(m, words) {
  m.run += 1;
  if (m.stream) end(m.stream);
  m.stream = m.video.srcObject = null;
  document.removeEventListener("visibilitychange", m.hidden);
  m.button.textContent = "Start the camera";
  m.note.textContent = words;
}

// How many frames the camera itself makes.
function count(m, run) {
  m.video.requestVideoFrameCallback?.((now, { presentedFrames }) => {
    if (run !== m.run) return;
    m.first ??= { now, presentedFrames };
    m.made = now > m.first.now ? (1000 * (presentedFrames - m.first.presentedFrames)) / (now - m.first.now) : 0;
    count(m, run);
  });
}

// The newest frame, as large as the network's input is cut from.
function send(m, run) {
  const { videoWidth: width, videoHeight: height } = m.video, short = m.short;
  if (run !== m.run) return;
  if (!width) { setTimeout(() => send(m, run), 50); return; }
  const scaled = (one, other) => Math.floor((short * one) / other);
  m.canvas.width = width <= height ? short : scaled(width, height);
  m.canvas.height = width <= height ? scaled(height, width) : short;
  const paper = m.canvas.getContext("2d");
  paper.imageSmoothingQuality = "high";
  paper.drawImage(m.video, 0, 0, m.canvas.width, m.canvas.height);
  m.sentAt = performance.now();
  m.sent = ++m.started;
  const picture = m.canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  m.report({ number: m.sent, picture });
  const number = m.sent, patience = m.answers.length ? Math.max(LEAST, 4 * m.answers.at(-1).took) : FIRST;
  setTimeout(() => { if (run === m.run && m.sent === number) send(m, run); }, patience);
}

function answered(m, data) {
  if (!m.stream || !m.sent || data.answered !== m.sent) return;
  m.sent = 0;
  const now = performance.now();
  m.answers = [...m.answers, { now, took: now - m.sentAt }].slice(-RECENT - 1);
  tell(m, data);
  send(m, m.run);
}

function tell(m, data) {
  const [first, last] = [m.answers[0], m.answers.at(-1)], steps = m.answers.length - 1;
  const rate = steps ? (1000 * steps) / (last.now - first.now) : 0;
  const strong = document.createElement("b");
  strong.textContent = rate ? `${rate.toFixed(1)} frames a second` : "First frame";
  const camera = m.made && rate < m.made ? `; the camera makes ${Math.round(m.made)}, the others are left out` : "";
  const words = `${Math.round(last.took)} ms a frame, ${Math.round(data.milliseconds)} of them on the server${camera}.`;
  m.rate.replaceChildren(strong, document.createElement("br"), words);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const m = cameras.get(parentElement) ?? mounted(parentElement);
  cameras.set(parentElement, m);
  m.report = (frame) => setTriggerValue("frame", frame);
  m.short = data.short;
  m.video.style.transform = `scale(${data.zoom})`;
  m.way.textContent = data.way;
  if (data.sorry && m.stream) stop(m, data.sorry);
  else answered(m, data);
  return () => setTimeout(() => { if (!parentElement.isConnected) stop(m, ""); });
}
