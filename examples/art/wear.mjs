// Draws what is worn: sneaker, backpack, watch.
import { shade } from './canvas.mjs';

export function sneaker(sheet, { colour, sole = '#f4f1ea', accent = '#d9542b' }) {
  const knit = sheet.material({ round: 20, depth: 16, grain: [0.5, 0.9], octaves: 2, rough: 2.6 });
  const suede = sheet.material({ round: 7, depth: 6, grain: [0.8, 0.8], octaves: 3, rough: 3 });
  const rubber = sheet.material({ round: 9, depth: 8, grain: [0.9, 0.9], octaves: 2, rough: 0.9 });
  const panel = (d, tone, filter = suede) =>
    `<path d="${d}" fill="${sheet.linear(
      [
        [0, shade(tone, 0.2)],
        [0.55, tone],
        [1, shade(tone, -0.25)],
      ],
      [0.2, 0, 0.5, 1],
    )}" filter="${filter}"/>`;
  const stitch = (d) =>
    `<path d="${d}" fill="none" stroke="#fff" stroke-width="2.6" stroke-dasharray="8 5" opacity=".65"/>`;
  const laces = [
    [470, 402],
    [518, 436],
    [566, 470],
    [614, 502],
  ]
    .map(
      ([x, y]) =>
        `<g filter="${suede}"><path d="M${x - 6} ${y + 36} Q ${x + 22} ${y - 22} ${x + 62} ${y + 4}" fill="none" stroke="#f6f2e8" stroke-width="17" stroke-linecap="round"/></g><circle cx="${x - 8}" cy="${y + 42}" r="8" fill="#2d2d2f"/><circle cx="${x - 8}" cy="${y + 42}" r="3.4" fill="#000"/>`,
    )
    .join('');
  return `${sheet.shadow(500, 806, 400, 26)}
<path d="M182 372 Q 250 330 330 352 Q 420 376 440 372 L 424 470 L 214 480 Z" fill="#26262a"/>
${panel('M150 620 Q 140 480 164 392 Q 176 356 206 362 Q 230 430 300 428 Q 372 424 424 356 Q 440 336 466 354 L 640 488 Q 730 540 800 556 Q 886 580 896 660 Q 900 706 860 712 L 168 712 Q 150 690 150 620 Z', colour, knit)}
${panel('M150 620 Q 140 480 164 392 Q 176 356 206 362 Q 218 398 246 414 Q 262 520 320 600 Q 350 660 330 712 L 168 712 Q 150 690 150 620 Z', shade(colour, -0.28))}
${panel('M640 712 Q 650 610 740 560 Q 770 548 800 556 Q 886 580 896 660 Q 900 706 860 712 Z', shade(colour, -0.22))}
${panel('M424 356 Q 440 336 466 354 L 650 496 Q 632 532 596 544 L 402 408 Z', shade(colour, 0.3))}
${panel('M300 690 Q 420 640 520 520 Q 560 470 590 540 Q 560 640 440 712 L 316 712 Z', accent)}
${stitch('M252 424 Q 270 520 326 596 Q 352 650 340 704')}${stitch('M652 706 Q 664 616 748 570')}${stitch('M318 692 Q 430 644 528 530')}
${laces}
${panel('M164 392 Q 176 350 206 356 Q 224 366 226 400 Q 200 430 168 440 Z', accent)}
<path d="M148 690 Q 380 676 640 690 Q 800 690 898 668 Q 922 706 912 752 Q 900 792 850 796 L 190 798 Q 146 794 140 750 Z" fill="${sheet.linear(
    [
      [0, '#fff'],
      [0.45, sole],
      [1, shade(sole, -0.3)],
    ],
    [0, 0, 0, 1],
  )}" filter="${rubber}"/>
<path d="M146 742 Q 400 724 660 738 Q 800 740 914 718" fill="none" stroke="${accent}" stroke-width="9" opacity=".9"/>
<path d="M142 766 L 908 766 Q 904 800 850 802 L 190 804 Q 148 800 142 766 Z" fill="${shade('#5b3b25', -0.2)}" filter="${rubber}"/>
${Array.from({ length: 34 }, (_, n) => `<rect x="${168 + n * 21}" y="786" width="11" height="16" fill="#000" opacity=".45"/>`).join('')}
${sheet.glint('<path d="M690 590 Q 760 566 840 600 Q 790 590 706 632 Z"/>', 0.35, 9)}`;
}

export function backpack(sheet, { colour, leather = '#8a5a33' }) {
  const canvas = sheet.material({ round: 24, depth: 22, grain: [0.45, 0.45], octaves: 2, rough: 3 });
  const hide = sheet.material({ round: 4, depth: 4, grain: [0.12, 0.12], octaves: 4, rough: 3 });
  const body = (tone) =>
    sheet.linear(
      [
        [0, shade(tone, 0.16)],
        [0.5, tone],
        [1, shade(tone, -0.36)],
      ],
      [0.15, 0, 0.75, 1],
    );
  const strap = (
    x,
  ) => `<rect x="${x}" y="330" width="40" height="330" rx="8" fill="${leather}" filter="${hide}"/>
<path d="M${x + 5} 340 V 650 M${x + 35} 340 V 650" stroke="#f0d9b5" stroke-width="2.2" stroke-dasharray="7 5" opacity=".7"/>
<rect x="${x - 9}" y="560" width="58" height="46" rx="7" fill="none" stroke="#4c3a20" stroke-width="11"/><rect x="${x - 9}" y="560" width="58" height="46" rx="7" fill="none" stroke="${sheet.linear(
    [
      [0, '#fff3cf'],
      [0.5, '#c7a15a'],
      [1, '#7b5c28'],
    ],
    [0, 0, 1, 1],
  )}" stroke-width="8"/>
<rect x="${x + 16}" y="556" width="8" height="54" rx="3" fill="#e7cf98"/>`;
  return `${sheet.shadow(500, 862, 270, 30)}
<path d="M430 140 Q 436 66 500 64 Q 564 66 570 140" fill="none" stroke="${shade(leather, -0.2)}" stroke-width="24" filter="${hide}"/>
<path d="M262 330 Q 206 420 214 640 Q 216 720 250 760" fill="none" stroke="${shade(colour, -0.5)}" stroke-width="34"/>
<path d="M738 330 Q 794 420 786 640 Q 784 720 750 760" fill="none" stroke="${shade(colour, -0.6)}" stroke-width="34"/>
<path d="M254 330 Q 256 120 500 118 Q 744 120 746 330 L 764 790 Q 766 866 690 868 L 310 868 Q 234 866 236 790 Z" fill="${body(colour)}" filter="${canvas}"/>
<path d="M300 640 Q 300 600 340 598 L 660 598 Q 700 600 700 640 L 706 800 Q 704 838 660 840 L 340 840 Q 296 838 294 800 Z" fill="#000" opacity=".5" filter="${sheet.blur(10)}"/>
<path d="M300 640 Q 300 596 340 594 L 660 594 Q 700 596 700 640 L 704 790 Q 702 830 660 832 L 340 832 Q 298 830 296 790 Z" fill="${body(shade(colour, 0.08))}" filter="${canvas}"/>
<path d="M330 690 H 670" stroke="#1d1d1f" stroke-width="11"/><path d="M330 690 H 670" stroke="#c9b98c" stroke-width="4" stroke-dasharray="3 3"/><rect x="650" y="684" width="17" height="46" rx="6" fill="#d3bd84"/>
<path d="M256 300 H 744 L 748 430 Q 748 520 660 524 L 340 524 Q 252 520 252 430 Z" fill="#000" opacity=".5" filter="${sheet.blur(12)}" transform="translate(8 14)"/>
<path d="M250 300 Q 262 114 500 112 Q 738 114 750 300 L 752 420 Q 750 508 660 512 L 340 512 Q 250 508 248 420 Z" fill="${body(shade(colour, 0.05))}" filter="${canvas}"/>
<path d="M264 420 Q 266 496 342 498 L 658 498 Q 734 496 736 420" fill="none" stroke="#f0e6cf" stroke-width="2.6" stroke-dasharray="9 6" opacity=".6"/>
${strap(352)}${strap(608)}
<rect x="446" y="250" width="108" height="70" rx="9" fill="${leather}" filter="${hide}"/><path d="M474 302 L 500 262 L 526 302 Z" fill="none" stroke="#f3dfbd" stroke-width="5" stroke-linejoin="round"/>
<path d="M262 810 Q 300 850 500 852 Q 700 850 738 810 L 736 830 Q 720 866 690 868 L 310 868 Q 280 866 264 830 Z" fill="${leather}" filter="${hide}"/>
${sheet.glint('<path d="M296 250 Q 330 160 440 146 Q 360 190 330 330 Q 300 330 296 250 Z"/>', 0.2, 16)}`;
}

export function watch(sheet, { colour, dial = '#14283c' }) {
  const hide = sheet.material({ round: 13, depth: 12, grain: [0.16, 0.16], octaves: 4, rough: 3.4 });
  const steel = sheet.linear(
    [
      [0, '#fdfefe'],
      [0.2, '#a6adb3'],
      [0.42, '#eef1f3'],
      [0.62, '#757c83'],
      [0.82, '#c7cdd2'],
      [1, '#5b6167'],
    ],
    [0, 0, 1, 1],
  );
  const face = sheet.radial(
    [
      [0, shade(dial, 0.3)],
      [0.6, dial],
      [1, shade(dial, -0.5)],
    ],
    [0.42, 0.36, 0.7],
  );
  const ring = (count, r1, r2, width, tone) =>
    Array.from(
      { length: count },
      (_, n) =>
        `<path d="M500 ${500 - r1} V ${500 - r2}" stroke="${tone}" stroke-width="${width}" transform="rotate(${(n * 360) / count} 500 500)"/>`,
    ).join('');
  const hand = (length, width, degrees) =>
    `<g transform="rotate(${degrees} 500 500)"><path d="M${500 - width / 2} 536 L ${500 - width / 4} ${500 - length} L 500 ${490 - length} L ${500 + width / 4} ${500 - length} L ${500 + width / 2} 536 Z" fill="#000" opacity=".5" transform="translate(7 9)" filter="${sheet.blur(3)}"/><path d="M${500 - width / 2} 536 L ${500 - width / 4} ${500 - length} L 500 ${490 - length} L ${500 + width / 4} ${500 - length} L ${500 + width / 2} 536 Z" fill="#f2f5f7"/><path d="M500 536 V ${490 - length} L ${500 + width / 4} ${500 - length} L ${500 + width / 2} 536 Z" fill="#9aa3ab"/></g>`;
  const small = (x, y) =>
    `<circle cx="${x}" cy="${y}" r="46" fill="${shade(dial, -0.25)}" stroke="${shade(dial, 0.4)}" stroke-width="2"/>${Array.from({ length: 12 }, (_, n) => `<path d="M${x} ${y - 42} v8" stroke="#dfe6ec" stroke-width="2" transform="rotate(${n * 30} ${x} ${y})"/>`).join('')}<path d="M${x} ${y} L ${x + 18} ${y - 26}" stroke="#f2f5f7" stroke-width="4" stroke-linecap="round"/><circle cx="${x}" cy="${y}" r="5" fill="#f2f5f7"/>`;
  const strap = (d, stitches) =>
    `<path d="${d}" fill="#000" opacity=".4" transform="translate(22 20)" filter="${sheet.blur(16)}"/><path d="${d}" fill="${sheet.linear(
      [
        [0, shade(colour, -0.3)],
        [0.3, shade(colour, 0.12)],
        [0.7, colour],
        [1, shade(colour, -0.4)],
      ],
    )}" filter="${hide}"/><path d="${stitches}" fill="none" stroke="#f1dcb8" stroke-width="4" stroke-dasharray="12 8" opacity=".85"/>`;
  return `${strap('M402 300 L 416 -40 L 584 -40 L 598 300 Z', 'M420 290 L 432 -40 M580 290 L 568 -40')}
${strap('M402 700 L 416 1040 L 584 1040 L 598 700 Z', 'M420 710 L 432 1040 M580 710 L 568 1040')}
${[800, 866, 932].map((y) => `<ellipse cx="500" cy="${y}" rx="9" ry="11" fill="#150c06"/>`).join('')}
<circle cx="522" cy="524" r="252" fill="#000" opacity=".5" filter="${sheet.blur(22)}"/>
<path d="M368 300 L 398 236 H 424 L 424 330 Z M632 300 L 602 236 H 576 L 576 330 Z M368 700 L 398 764 H 424 L 424 670 Z M632 700 L 602 764 H 576 L 576 670 Z" fill="${steel}"/>
<rect x="742" y="474" width="44" height="52" rx="8" fill="${steel}"/>${Array.from({ length: 6 }, (_, n) => `<rect x="746" y="${480 + n * 8}" width="38" height="3" fill="#2f3439" opacity=".6"/>`).join('')}
<circle cx="500" cy="500" r="250" fill="${steel}"/><circle cx="500" cy="500" r="226" fill="#23282d"/><circle cx="500" cy="500" r="222" fill="none" stroke="${steel}" stroke-width="9"/>
<circle cx="500" cy="500" r="206" fill="${face}"/>
${ring(60, 198, 186, 2, '#cfd8df')}${ring(12, 198, 164, 9, '#f4f7f9')}
${small(410, 500)}${small(500, 594)}
<rect x="590" y="484" width="54" height="34" rx="3" fill="#f5f5f0"/><path d="M604 497 l8 -6 v20 m10 -19 h10 v9 h-10 v9 h10" fill="none" stroke="#222" stroke-width="3.4"/>
${hand(104, 17, -58)}${hand(158, 13, 62)}
<path d="M500 548 V 330" stroke="#e0562f" stroke-width="3.4" transform="rotate(205 500 500)"/><circle cx="500" cy="500" r="12" fill="${steel}"/><circle cx="500" cy="500" r="5" fill="#333"/>
${sheet.glint('<path d="M330 440 A 180 180 0 0 1 560 318 Q 440 380 350 520 Z"/>', 0.22, 6)}
<circle cx="500" cy="500" r="238" fill="none" stroke="#fff" stroke-width="3" opacity=".7" stroke-dasharray="230 900" transform="rotate(190 500 500)"/>`;
}
