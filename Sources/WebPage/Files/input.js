// The numbers that a network gets of the current photo: the picture that it saw, normalised as the model says.

import * as api from './api.js';
import { h } from './dom.js';
import { posted } from './photo.js';

/** C × H × W numbers. */
export async function networkInput(model) {
  const path = `v1/models/${encodeURIComponent(model)}`;
  const [picture, { preprocessing, input_shape: shape }] = await Promise.all([
    api.picture(`${path}/input`, posted()), api.json(path),
  ]);
  const bitmap = await createImageBitmap(picture, { colorSpaceConversion: 'none' });
  const canvas = h('canvas', { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const { mean, std, scale, channel_order: order } = preprocessing;
  const channels = order === 'bgr' ? [2, 1, 0] : [0, 1, 2];
  const value = (channel, y, x) => {
    const sample = data[(y * bitmap.width + x) * 4 + channels[channel]];
    return (sample * scale - mean[channel]) / std[channel];
  };
  return Array.from({ length: shape[0] }, (_, channel) => Array.from({ length: bitmap.height }, (_, y) => Array.from(
    { length: bitmap.width }, (_, x) => value(channel, y, x))));
}
