// Draws what stands on the floor: chair, sofa, and the book that lies between them.
import { shade } from './canvas.mjs';

export function chair(sheet, { colour, wood = '#b98553' }) {
  const shell = sheet.material({ round: 22, depth: 14, grain: [0.7, 0.7], octaves: 3, rough: 1.6 });
  const timber = sheet.material({ round: 4, depth: 4, grain: [0.25, 0.012], octaves: 4, rough: 3 });
  const leg = (d, tone) => `<path d="${d}" fill="${tone}" filter="${timber}"/>`;
  const back = sheet.linear(
    [
      [0, shade(colour, 0.28)],
      [0.5, colour],
      [1, shade(colour, -0.3)],
    ],
    [0.1, 0, 0.9, 1],
  );
  const seat = sheet.linear(
    [
      [0, shade(colour, -0.32)],
      [0.45, shade(colour, 0.06)],
      [1, shade(colour, 0.22)],
    ],
    [0, 0, 0, 1],
  );
  return `${sheet.shadow(500, 858, 255, 30, 0.75)}
${leg('M372 610 L 398 610 L 352 824 L 334 824 Z', shade(wood, -0.35))}${leg('M602 610 L 630 610 L 676 824 L 658 824 Z', shade(wood, -0.4))}
<path d="M345 700 L 660 700" stroke="#3b3b3d" stroke-width="8"/><path d="M352 704 L 690 770 M 650 704 L 316 770" stroke="#4a4a4d" stroke-width="7"/>
<path d="M328 150 Q 336 100 400 92 Q 500 80 600 92 Q 664 100 672 150 Q 690 320 674 470 Q 668 560 640 596 L 360 596 Q 332 560 326 470 Q 310 320 328 150 Z" fill="${back}" filter="${shell}"/>
<path d="M352 520 Q 500 585 648 520 L 656 600 L 344 600 Z" fill="#000" opacity=".34" filter="${sheet.blur(18)}"/>
<path d="M300 480 Q 318 452 350 500 Q 370 545 500 548 Q 630 545 650 500 Q 682 452 700 480 Q 742 560 748 610 Q 750 664 690 676 Q 500 702 310 676 Q 250 664 252 610 Q 258 560 300 480 Z" fill="${seat}" filter="${shell}"/>
<path d="M262 640 Q 300 676 500 682 Q 700 676 738 640" fill="none" stroke="${shade(colour, -0.55)}" stroke-width="6" opacity=".6" filter="${sheet.blur(3)}"/>
${leg('M296 668 L 332 674 L 296 872 L 274 872 Z', shade(wood, 0.12))}${leg('M668 674 L 704 668 L 728 872 L 706 872 Z', wood)}
${sheet.glint('<path d="M368 150 Q 440 118 520 122 Q 420 150 392 330 Q 372 300 368 150 Z"/>', 0.32, 16)}
${sheet.glint('<ellipse cx="450" cy="624" rx="120" ry="16"/>', 0.28, 14)}`;
}

export function sofa(sheet, { colour, wood = '#6d4527', cushion = '#d9a441' }) {
  const cloth = sheet.material({ round: 13, depth: 12, grain: [0.55, 0.75], octaves: 2, rough: 3.4 });
  const soft = sheet.material({ round: 26, depth: 24, grain: [0.55, 0.75], octaves: 2, rough: 3.2 });
  const timber = sheet.material({ round: 3, depth: 4, grain: [0.3, 0.02], octaves: 4, rough: 3 });
  const box = (x, y, width, height, r, tone, filter = cloth) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${r}" fill="${sheet.linear(
      [
        [0, shade(tone, 0.14)],
        [0.5, tone],
        [1, shade(tone, -0.24)],
      ],
      [0.2, 0, 0.5, 1],
    )}" filter="${filter}"/>`;
  const dark = (x, y, width, height, opacity = 0.5) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#000" opacity="${opacity}" filter="${sheet.blur(8)}"/>`;
  const leg = (x) => `<path d="M${x} 740 h34 l-7 88 h-18 Z" fill="${wood}" filter="${timber}"/>`;
  return `${sheet.shadow(500, 822, 420, 30)}${[118, 470, 846].map(leg).join('')}
${box(105, 350, 790, 330, 40, shade(colour, -0.16))}
${box(178, 368, 322, 230, 36, colour, soft)}${box(502, 368, 322, 230, 36, shade(colour, -0.04), soft)}
${dark(190, 572, 620, 20, 0.5)}
${box(168, 585, 332, 92, 30, shade(colour, 0.12), soft)}${box(500, 585, 332, 92, 30, shade(colour, 0.08), soft)}
${dark(176, 668, 650, 12, 0.55)}
${box(110, 672, 780, 80, 22, shade(colour, -0.08))}
${box(72, 440, 112, 316, 46, shade(colour, 0.05))}${box(816, 440, 112, 316, 46, shade(colour, -0.14))}
<g transform="rotate(-9 300 500)">${box(212, 418, 172, 168, 34, cushion, soft)}</g>
<g transform="rotate(11 720 520)">${box(640, 432, 160, 154, 32, shade(colour, 0.62), soft)}
${[468, 498, 528, 556].map((y) => `<path d="M652 ${y} Q 720 ${y + 6} 790 ${y}" stroke="${shade(colour, -0.2)}" stroke-width="7" fill="none" opacity=".55"/>`).join('')}</g>
<path d="M130 676 H 870" stroke="${shade(colour, -0.5)}" stroke-width="2.5" stroke-dasharray="7 5" opacity=".5"/>`;
}

export function book(sheet, { colour, accent = '#e8c873' }) {
  const cover = sheet.material({ round: 2, depth: 2, grain: [0.9, 0.5], octaves: 2, rough: 2.6 });
  const paper = sheet.material({ round: 1, depth: 1, grain: [0.004, 0.85], octaves: 2, rough: 3.4 });
  const lying = (y, hue, x, width) => `<g transform="translate(${x} 0)">
<rect x="0" y="${y}" width="${width}" height="74" rx="5" fill="${sheet.linear(
    [
      [0, shade(hue, 0.12)],
      [0.2, hue],
      [1, shade(hue, -0.4)],
    ],
    [0, 0, 0, 1],
  )}" filter="${cover}"/>
<rect x="${width - 40}" y="${y + 9}" width="44" height="57" fill="#efe5cf" filter="${paper}"/><rect x="46" y="${y + 10}" width="7" height="54" fill="${accent}" opacity=".8"/><rect x="${width - 110}" y="${y + 10}" width="7" height="54" fill="${accent}" opacity=".8"/>
<rect x="120" y="${y + 28}" width="${width * 0.34}" height="16" rx="2" fill="${accent}" opacity=".75"/></g>`;
  const face = sheet.linear([
    [0, shade(colour, -0.35)],
    [0.045, shade(colour, 0.12)],
    [0.09, shade(colour, -0.25)],
    [0.13, colour],
    [0.6, shade(colour, 0.08)],
    [1, shade(colour, -0.2)],
  ]);
  return `${sheet.shadow(500, 852, 330, 26)}
${lying(776, '#7c4a3a', 205, 600)}${lying(700, '#39505c', 232, 540)}
<path d="M262 700 H 790" stroke="#000" stroke-width="16" opacity=".45" filter="${sheet.blur(7)}"/>
<path d="M684 126 L 728 148 L 728 690 L 684 700 Z" fill="${sheet.linear([
    [0, '#cfc2a6'],
    [1, '#f6eedb'],
  ])}" filter="${paper}"/>
<path d="M684 118 L 738 142 L 738 150 L 684 128 Z M684 700 L 738 688 L 738 696 L 684 706 Z" fill="${shade(colour, -0.45)}"/>
<path d="M296 118 H 684 V 704 H 296 Z" fill="${face}" filter="${cover}"/>
<rect x="372" y="160" width="272" height="500" fill="none" stroke="${accent}" stroke-width="5"/><rect x="384" y="172" width="248" height="476" fill="none" stroke="${accent}" stroke-width="2"/>
${Array.from({ length: 24 }, (_, n) => `<ellipse cx="508" cy="372" rx="15" ry="104" fill="none" stroke="${accent}" stroke-width="2.4" opacity=".85" transform="rotate(${n * 7.5} 508 372)"/>`).join('')}
<circle cx="508" cy="372" r="30" fill="${accent}"/><circle cx="508" cy="372" r="20" fill="${colour}"/>
<rect x="412" y="536" width="192" height="24" fill="${accent}"/><rect x="446" y="576" width="124" height="12" fill="${accent}" opacity=".85"/>
${sheet.glint('<path d="M350 118 H 470 L 380 704 H 330 Z"/>', 0.14, 22)}`;
}
