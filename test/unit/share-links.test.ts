// Share links of file hosts, and where their files are.
import { describe, expect, it } from 'vitest';
import { directDownload } from '../../src/image/fetch/share-links.ts';

const DRIVE = 'https://drive.usercontent.google.com/download?export=download&confirm=t&id=1a-B_c';

describe('directDownload', () => {
  it.each([
    ['https://drive.google.com/file/d/1a-B_c/view?usp=sharing', DRIVE],
    ['https://drive.google.com/file/d/1a-B_c', DRIVE],
    ['https://drive.google.com/file/u/1/d/1a-B_c/edit', DRIVE],
    ['https://drive.google.com/a/shop.example/file/d/1a-B_c/preview', DRIVE],
    ['https://docs.google.com/file/d/1a-B_c/edit?usp=drivesdk', DRIVE],
    ['https://drive.google.com/open?id=1a-B_c&usp=drive_copy', DRIVE],
    ['https://drive.google.com/uc?export=view&id=1a-B_c', DRIVE],
    ['https://docs.google.com/uc?id=1a-B_c', DRIVE],
    ['https://drive.google.com/u/0/uc?id=1a-B_c&export=download', DRIVE],
    ['http://drive.google.com/file/d/1a-B_c/view?resourcekey=0-xY', `${DRIVE}&resourcekey=0-xY`],
    ['https://www.dropbox.com/s/abc/mug.jpg', 'https://www.dropbox.com/s/abc/mug.jpg?dl=1'],
    ['https://www.dropbox.com/s/abc/mug.jpg?dl=0', 'https://www.dropbox.com/s/abc/mug.jpg?dl=1'],
    ['https://dropbox.com/s/abc/mug.jpg?raw=1', 'https://dropbox.com/s/abc/mug.jpg?dl=1'],
    [
      'https://www.dropbox.com/scl/fi/abc/mug%20a.jpg?rlkey=k&st=s&dl=0',
      'https://www.dropbox.com/scl/fi/abc/mug%20a.jpg?rlkey=k&st=s&dl=1',
    ],
    [
      'https://onedrive.live.com/embed?cid=C&resid=C%211156&authkey=AN',
      'https://onedrive.live.com/download?cid=C&resid=C%211156&authkey=AN',
    ],
    [
      'https://onedrive.live.com/redir.aspx?resid=C!9&authkey=!A',
      'https://onedrive.live.com/download?resid=C%219&authkey=%21A',
    ],
    [
      'https://onedrive.live.com/?id=C%219&authkey=A',
      'https://onedrive.live.com/download?id=C%219&authkey=A&resid=C%219',
    ],
    ['https://1drv.ms/i/s!Ak?e=4f', 'https://1drv.ms/i/s!Ak?e=4f&download=1'],
    ['https://1drv.ms/u/c/37b8/IQC1?e=kc', 'https://1drv.ms/u/c/37b8/IQC1?e=kc&download=1'],
    [
      'https://shop-my.sharepoint.com/:i:/g/personal/me/Ebz?e=x',
      'https://shop-my.sharepoint.com/:i:/g/personal/me/Ebz?e=x&download=1',
    ],
    ['https://shop.sharepoint.com/:u:/s/Team/Ebz', 'https://shop.sharepoint.com/:u:/s/Team/Ebz?download=1'],
  ])('%s', (link, file) => {
    const url = new URL(link);
    expect(directDownload(url).href).toBe(file);
    expect(url.href).toBe(new URL(link).href);
    expect(directDownload(new URL(file)).href).toBe(file);
  });

  it.each([
    'https://a.example/file/d/1a-B_c/view',
    'https://drive.google.com.evil.example/file/d/1a-B_c/view',
    'https://drive.google.com/drive/folders/1a-B_c',
    'https://drive.google.com/open?usp=sharing',
    'https://drive.google.com/thumbnail?id=1a-B_c&sz=w1000',
    'https://lh3.googleusercontent.com/d/1a-B_c',
    'https://www.dropbox.com/scl/fo/abc/h?rlkey=k&dl=0',
    'https://dl.dropboxusercontent.com/s/abc/mug.jpg',
    'https://onedrive.live.com/embed?cid=C',
    'https://1drv.ms/f/s!Ak',
    'https://shop.sharepoint.com/:f:/g/Ebz',
    'https://shop.sharepoint.com/sites/Team/Documents/mug.jpg',
  ])('leaves %s as it is', (link) => {
    const url = new URL(link);
    expect(directDownload(url)).toBe(url);
  });
});
