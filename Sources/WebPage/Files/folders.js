// Photos in folders, as browsers tell of them.

const photoEndings = /\.(jpe?g|png|webp)$/i;

const archiveEndings = /\.(zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst)$/i;

/** `{photos: [{name, file}]}` of a folder that was chosen. Names are whole paths: the server knows which folder is a class. */
export function photosOfList(files) {
  return { photos: [...files].filter(({ name }) => photoEndings.test(name)).map((file) =>
    ({ name: file.webkitRelativePath || file.name, file })) };
}

/** The same of what was dropped: folders, or one archive. */
export async function filesOfDrop(transfer) {
  const [file] = transfer.files;
  if (transfer.files.length === 1 && archiveEndings.test(file.name)) return { archive: file };
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const photos = [];
  for (const entry of entries) await collect(entry, photos);
  return { photos };
}

async function collect(entry, photos) {
  if (entry.isFile) {
    if (!photoEndings.test(entry.name)) return;
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    photos.push({ name: entry.fullPath.replace(/^\//, ''), file });
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
