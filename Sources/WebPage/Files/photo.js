// The photo that everything on the page is about. It stays in the browser, goes with each question, and is not stored.

import * as api from './api.js';
import { button, h } from './dom.js';
import { note, state } from './state.js';
import { t } from './text.js';

/** Photos to try, with whom they are from; all CC0. */
export const samples = [
  { id: 'chelsea', file: 'chelsea.jpg', source: 'Stéfan van der Walt' },
  { id: 'coffee', file: 'coffee.jpg', source: 'Rachel Michetti' },
  { id: 'rocket', file: 'rocket.jpg', source: 'SpaceX' },
];

const listeners = new Set();
let current = null;

/** `{blob, name, url, width, height}`; the size is that of the upright photo, 0 where the browser cannot show it. */
export function photo() { return current; }

/** How the current photo is sent with a question. */
export function posted() {
  return { method: 'POST', body: current.blob, type: current.blob.type || 'application/octet-stream' };
}

/** Calls back with each new photo, until what it returns is called. */
export function onPhoto(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes a photo, and has the address name it if it is a sample. */
export async function take(blob, name, { sample = '', isDrawn = false } = {}) {
  const url = URL.createObjectURL(blob);
  const size = await measured(url);
  if (current) URL.revokeObjectURL(current.url);
  current = { blob, name, url, sample, isDrawn, ...size };
  if (state.photo !== sample) note({ photo: sample, class: '' });
  for (const listener of [...listeners]) listener(current);
}

/** Has no photo any more. */
export function letGo() {
  URL.revokeObjectURL(current.url);
  current = null;
  note({ photo: '', class: '' });
  for (const listener of [...listeners]) listener(current);
}

async function measured(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    return { width: 0, height: 0 };
  }
}

export async function takeSample(id) {
  const sample = samples.find((candidate) => candidate.id === id);
  if (!sample || current?.sample === id) return;
  if (state.photo !== id) note({ photo: id, class: '' });
  try {
    const response = await api.ask(`page/${sample.file}`);
    await take(await response.blob(), sample.file, { sample: id });
  } catch (error) {
    // That the server is gone is said elsewhere; the address tells which photo is wanted when it is back.
    if (!(error instanceof api.NoAnswer)) throw error;
  }
}

/** Photos that are dropped anywhere, and pasted anywhere but into a field. */
export function listenToPage(onTaken) {
  const accept = async (file) => {
    if (!file) return;
    onTaken();
    await take(file, file.name || 'pasted.png');
  };
  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files') || event.defaultPrevented) return;
    event.preventDefault();
    document.body.classList.add('dragging');
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) document.body.classList.remove('dragging');
  });
  addEventListener('drop', (event) => {
    document.body.classList.remove('dragging');
    if (event.defaultPrevented) return;
    event.preventDefault();
    accept(event.dataTransfer?.files[0]);
  });
  document.addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (file) accept(file);
  });
}

/** An input that takes a file, to be put into a label. */
export function fileInput(attributes = {}) {
  return h('input', {
    type: 'file', accept: 'image/*', class: 'visually-hidden', ...attributes,
    onchange: (event) => {
      const [file] = event.target.files;
      event.target.value = '';
      if (file) take(file, file.name);
    },
  });
}

/** The thumbnails of the samples. */
export function sampleButtons() {
  return samples.map((sample) => h('button', {
    type: 'button', class: 'sample', title: `${t(`sample.${sample.id}`)} — ${sample.source}, CC0`,
    'aria-pressed': String(current?.sample === sample.id), onclick: () => takeSample(sample.id),
  }, h('img', {
    src: new URL(sample.file, import.meta.url).href, alt: t(`sample.${sample.id}`), width: 72, height: 48,
  })));
}

/** A field of the page that takes a picture with the camera, where browsers allow that: over HTTPS and on localhost. */
export function cameraButton() {
  if (!navigator.mediaDevices?.getUserMedia) {
    return h('label', { class: 'button' }, fileInput({ capture: 'environment' }), t('photo.camera'));
  }
  return button(t('photo.camera'), openCamera);
}

async function openCamera() {
  const video = h('video', { autoplay: true, playsinline: true, muted: true });
  const status = h('p', { role: 'status' });
  const dialog = h('dialog', { class: 'camera', 'aria-label': t('photo.camera') }, video, status);
  let stream;
  const shoot = async () => {
    const canvas = h('canvas', { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      dialog.close();
      take(blob, 'camera.jpg');
    }, 'image/jpeg', 0.92);
  };
  const shutter = button(t('photo.shoot'), shoot, { class: 'primary', disabled: true });
  dialog.append(h('div', { class: 'row' }, shutter, button(t('cancel'), () => dialog.close())));
  dialog.addEventListener('close', () => {
    stream?.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    if (!dialog.open) stream.getTracks().forEach((track) => track.stop());
    video.srcObject = stream;
    await video.play();
    shutter.disabled = false;
  } catch {
    status.textContent = t('photo.noCamera');
  }
}

/** A field to draw a digit in, white on black as the handwritten digits are; each stroke is a new photo. */
export function drawingField() {
  const side = 280;
  const canvas = h('canvas', {
    width: side, height: side, class: 'drawing', role: 'img', 'aria-label': t('draw.label'),
    'aria-describedby': 'draw-else',
  });
  const context = canvas.getContext('2d');
  const blacken = () => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, side, side);
  };
  const clear = () => {
    blacken();
    if (current?.isDrawn) letGo();
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * side, (event.clientY - box.top) / box.height * side];
  };
  let last = null;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(last);
  });
  canvas.addEventListener('pointermove', (event) => { if (last) stroke(place(event)); });
  canvas.addEventListener('pointerup', () => {
    last = null;
    canvas.toBlob((blob) => take(blob, 'drawing.png', { isDrawn: true }));
  });
  function stroke(to) {
    context.strokeStyle = '#fff';
    context.lineWidth = 22;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(...to);
    context.stroke();
    last = to;
  }
  blacken();
  return h('div', { class: 'draw' }, h('strong', {}, t('draw.hint')), canvas,
    h('div', { class: 'row' }, button(t('draw.clear'), clear, { id: 'clear' })),
    h('span', { class: 'small quiet', id: 'draw-else' }, t('draw.else')));
}
