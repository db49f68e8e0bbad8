// Which model is shown where nobody has chosen one.

/** What tells a model for photographs from one for a single kind of small picture, the best first. */
const preferences = [
  (model) => (model.state === 'ready' ? 1 : 0),
  (model) => (model.input_shape?.[0] === 3 ? 1 : 0),
  (model) => (model.input_shape?.[1] ?? 0) * (model.input_shape?.[2] ?? 0),
  (model) => model.num_classes ?? 0,
];

/**
 * The name of the model that a newcomer meets. A server that was not told its default one takes the first by name; one
 * that was told keeps it, as it is then seldom the first.
 */
export function preferredName(models) {
  const names = models.map(({ name }) => name).sort();
  const told = models.find((model) => model.default);
  if (told && told.name !== names[0]) return told.name;
  return [...models].sort(byPreference)[0]?.name ?? '';
}

function byPreference(one, other) {
  for (const preference of preferences) {
    const difference = preference(other) - preference(one);
    if (difference) return difference;
  }
  return one.name < other.name ? -1 : 1;
}
