// Learn: photos in, a model and an honest report out. The work is done by the server's jobs.

import * as api from './api.js';
import { bar, h, replace, skeleton } from './dom.js';
import { audit } from './audit.js';
import { filesOfDrop, photosOfList } from './folders.js';
import * as format from './format.js';
import { jobCard } from './job.js';
import { preferredName } from './models.js';
import { go, state } from './state.js';
import { t } from './text.js';

/** What the server takes as the name of a model. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export function mount(root, app) {
  const controller = new AbortController();
  const { signal } = controller;
  const upload = h('section', { 'aria-label': t('learn.photos') });
  const dataset = h('section', { class: 'dataset', 'aria-live': 'polite' }, skeleton(200));
  const create = h('section', {});
  const jobs = h('section', {}, skeleton(200));
  const job = h('section', { class: 'job' });
  let datasets = [];
  let jobList = [];
  let following = new AbortController();

  replace(root, h('h1', {}, t('learn.title')), h('p', { class: 'quiet' }, t('learn.what')),
    h('div', { class: 'learn' }, h('div', { class: 'left' }, upload, dataset, create),
      h('div', { class: 'right' }, job, jobs)));
  root.addEventListener('dragover', (event) => event.preventDefault(), { signal });
  root.addEventListener('drop', async (event) => {
    event.preventDefault();
    document.body.classList.remove('dragging');
    send(await filesOfDrop(event.dataTransfer));
  }, { signal });
  showUpload();
  loadDatasets();
  loadJobs();
  showJob();
  return {
    update: (before) => {
      if ((before.dataset ?? '') !== state.dataset) showDataset();
      if ((before.job ?? '') !== state.job) {
        showJob();
        loadJobs();
      }
    },
    unmount: () => {
      controller.abort();
      following.abort();
    },
  };

  function showUpload() {
    const folders = h('input', { type: 'file', webkitdirectory: true, multiple: true, class: 'visually-hidden',
      id: 'folders', onchange: (event) => send(photosOfList(event.target.files)) });
    const archive = h('input', { type: 'file', accept: '.zip,.tar,.tgz,.tbz,.tbz2,.txz,.gz,.bz2,.xz,.zst', class: 'visually-hidden', id: 'archive',
      onchange: (event) => send({ archive: event.target.files[0] }) });
    const message = h('div', { id: 'upload-message', 'aria-live': 'polite' });
    replace(upload, h('h2', {}, t('learn.step1')), h('div', { class: 'stage upload' }, h('div', { class: 'invitation' },
      h('strong', {}, t('learn.drop')), h('span', { class: 'quiet' }, t('learn.folders')),
      h('div', { class: 'row' }, h('label', { class: 'button primary' }, folders, t('learn.chooseFolder')),
        h('label', { class: 'button' }, archive, t('learn.chooseArchive'))))), message);
  }

  /** Sends photos as they lie in folders, or an archive of them. */
  async function send({ archive, photos = [] }) {
    const message = upload.querySelector('#upload-message');
    if (!archive && !photos.length) {
      replace(message, h('p', { class: 'error' }, t('learn.noPhotos')));
      return;
    }
    replace(message, h('p', {}, t('learn.sending', { count: format.count(photos.length || 1) })),
      h('progress', { 'aria-label': t('learn.photos') }));
    try {
      const sent = await api.json('v1/datasets', archive
        ? { method: 'POST', body: archive, type: archiveType(archive.name) } : { method: 'POST', body: form(photos) });
      replace(message);
      await loadDatasets();
      go({ dataset: sent.id });
      showDataset();
    } catch (error) {
      replace(message, h('p', { class: 'error', role: 'alert' }, api.sentence(error)));
    }
  }

  function form(photos) {
    const data = new FormData();
    for (const { name, file } of photos) data.append('photos', file, name);
    return data;
  }

  async function loadDatasets() {
    await app.attempt(dataset, signal, async () => {
      ({ datasets } = await api.json('v1/datasets', { signal }));
      showDataset();
    });
  }

  function showDataset() {
    // Beside a job stand the photos that it learns from.
    const wanted = state.dataset || jobList.find(({ id }) => id === state.job)?.request.dataset;
    const chosen = datasets.find(({ id }) => id === wanted) ?? datasets[0];
    if (!chosen) {
      replace(dataset);
      replace(create);
      return;
    }
    const most = Math.max(...chosen.classes.map(({ images }) => images));
    const isLost = state.dataset && state.dataset !== chosen.id;
    replace(dataset, h('h2', {}, t('learn.step2')),
      isLost && h('p', { class: 'astray' }, t('error.unknown-dataset')),
      datasets.length > 1 && h('label', {}, t('learn.dataset'), ' ',
        h('select', { id: 'dataset', onchange: (event) => go({ dataset: event.target.value }) },
        datasets.map((item) => h('option', { value: item.id, selected: item === chosen },
          t('learn.datasetName', { time: format.time(item.created), images: format.count(item.images) }))))),
      h('p', {}, t('learn.counted', { images: format.count(chosen.images), classes: format.count(chosen.classes.length),
        bytes: format.bytes(chosen.bytes) })),
      h('ul', { class: 'class-counts' }, chosen.classes.map(({ name, images }) =>
        h('li', {}, h('span', { class: 'label' }, name), h('span', { class: 'number' }, format.count(images)),
        bar(name, images, most)))),
      chosen.audit?.problem && h('p', { class: 'error' }, t('error.too-few-photos', { detail: chosen.audit.problem })),
      audit(chosen.audit));
    if (chosen.audit?.problem) replace(create);
    else showCreate(chosen);
  }

  function showCreate(chosen) {
    const bases = app.models().filter((model) => model.state === 'ready');
    const preferred = preferredName(bases);
    const base = h('select', { id: 'base' }, bases.map((model) =>
      h('option', { value: model.name, selected: model.name === preferred }, model.name)));
    const badName = h('span', { class: 'error', id: 'bad-name', role: 'alert' });
    const name = h('input', { type: 'text', id: 'name', value: 'my-model', autocomplete: 'off', spellcheck: 'false',
      'aria-describedby': 'bad-name', oninput: () => { if (badName.textContent) checkName(); } });
    const checkName = () => {
      const isGood = namePattern.test(name.value);
      badName.textContent = isGood ? '' : t('learn.badName');
      name.setAttribute('aria-invalid', String(!isGood));
      return isGood;
    };
    const tune = h('input', { type: 'checkbox', id: 'fine-tune' });
    const message = h('div', { 'aria-live': 'polite' });
    const submit = async (event) => {
      event.preventDefault();
      if (!checkName()) {
        name.focus();
        return;
      }
      try {
        const body = JSON.stringify({ kind: 'adapt', dataset: chosen.id, base: base.value, name: name.value,
          fine_tune: tune.checked });
        const made = await api.json('v1/jobs', { method: 'POST', body, type: 'application/json' });
        replace(message);
        go({ job: made.id });
        showJob();
        loadJobs();
      } catch (error) {
        replace(message, h('p', { class: 'error', role: 'alert' }, api.sentence(error)));
      }
    };
    replace(create, h('h2', {}, t('learn.step3')), h('form', { class: 'create', onsubmit: submit, novalidate: true },
      h('label', {}, t('learn.base'), base), h('label', {}, t('learn.name'), name), badName,
      h('label', { class: 'check' }, tune, t('learn.fineTune')),
      h('div', { class: 'row' }, h('button', { class: 'primary', id: 'start' }, t('learn.start'))), message));
  }

  async function loadJobs() {
    await app.attempt(jobs, signal, async () => {
      const { jobs: list } = await api.json('v1/jobs', { signal });
      jobList = list;
      if (state.job && !state.dataset && datasets.length) showDataset();
      replace(jobs, list.length ? [h('h2', {}, t('learn.jobs')),
        h('ul', { class: 'job-list' }, list.map((item) => h('li', {}, h('button', {
        type: 'button', class: 'job-row', 'aria-pressed': String(item.id === state.job),
          onclick: () => go({ job: item.id }),
      }, h('span', {}, item.request.name ?? item.kind), h('span', { class: `state state-${item.state}` }, t(`job.${item.state}`)),
      h('span', { class: 'quiet small' }, format.time(item.created))))))] : h('p', { class: 'quiet' },
        t('learn.noJobs')));
    });
  }

  function showJob() {
    following.abort();
    following = new AbortController();
    if (!state.job) {
      replace(job);
      return;
    }
    jobCard(job, app, state.job, following.signal, loadJobs);
  }
}

function archiveType(name) {
  if (/\.zip$/i.test(name)) return 'application/zip';
  return /\.(tgz|gz)$/i.test(name) ? 'application/gzip' : 'application/x-tar';
}
