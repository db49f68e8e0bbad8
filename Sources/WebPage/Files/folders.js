// Photos in folders, as browsers tell of them.

const photoEndings = /\.(jpe?g|png|webp)$/i;

/** `{photos: [{name, file}]}` of a folder that was chosen; names are CLASS/FILE. */
export function photosOfList(files) {
  return { photos: [...files].filter(({ name }) => photoEndings.test(name)).map((file) =>
    ({ name: lastTwo(file.webkitRelativePath || file.name), file })) };
}

/** The same of what was dropped: folders, or one archive. */
export async function filesOfDrop(transfer) {
  const [file] = transfer.files;
  if (transfer.files.length === 1 && /\.(zip|tar|tgz|gz)$/i.test(file.name)) return { archive: file };
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const photos = [];
  for (const entry of entries) await collect(entry, photos);
  return { photos };
}

async function collect(entry, photos) {
  if (entry.isFile) {
    if (!photoEndings.test(entry.name)) return;
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    photos.push({ name: lastTwo(entry.fullPath), file });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // Browsers give a hundred at a time.
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return;
    for (const child of some) await collect(child, photos);
  }
}

/** The class is the folder in which the photo lies. */
function lastTwo(path) { return path.split('/').filter(Boolean).slice(-2).join('/'); }
