// Files and folders that are dropped anywhere on the window.

import type { GivenFile } from './protocol';

/** Makes the whole window a target. `receive` gets every file, those of folders with their paths. */
export function acceptDrops(receive: (files: Promise<GivenFile[]>) => void): void {
  // Each element that is entered and left while a file hovers tells so: only the count says when it is gone.
  let depth = 0;
  const hover = (change: number): void => {
    depth = Math.max(0, depth + change);
    document.documentElement.toggleAttribute('data-hover', depth > 0);
  };
  addEventListener('dragenter', (event) => {
    if (holdsFiles(event)) hover(1);
  });
  addEventListener('dragleave', (event) => {
    if (holdsFiles(event)) hover(-1);
  });
  addEventListener('dragover', (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!event.dataTransfer || !holdsFiles(event)) return;
    event.preventDefault();
    hover(-depth);
    receive(filesOf(event.dataTransfer));
  });
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

/** The entries must be taken before the event ends; only walking them waits. */
function filesOf({ items }: DataTransfer): Promise<GivenFile[]> {
  const found = [...items]
    .filter((item) => item.kind === 'file')
    .map((item) => {
      const entry = item.webkitGetAsEntry();
      const file = item.getAsFile();
      // A file is at hand; only a folder has to be walked.
      if (entry && isFolder(entry)) return walk(entry);
      return Promise.resolve(file ? [{ path: file.name, blob: file }] : []);
    });
  return Promise.all(found).then((lists) => lists.flat());
}

async function walk(entry: FileSystemEntry): Promise<GivenFile[]> {
  if (isFile(entry)) {
    const blob = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), blob }];
  }
  if (!isFolder(entry)) return [];
  const found: GivenFile[] = [];
  for (const inside of await entriesOf(entry)) found.push(...(await walk(inside)));
  return found;
}

/** All entries of a folder, which browsers give in batches until an empty one. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
