// Draws what stands on a shelf: mug, bottle, plant pot, lamp. Each takes a sheet and colours and returns SVG.
import { shade } from './canvas.mjs';

export function mug(sheet, { colour, clay = '#c9a27c' }) {
  const glaze = sheet.material({ round: 3, depth: 2, grain: [0.5, 0.5], octaves: 3, rough: 0.8 });
  const raw = sheet.material({ round: 3, depth: 2, grain: [0.8, 0.8], octaves: 4, rough: 2.6 });
  const side = sheet.cylinder(colour, 0.5);
  const coffee = sheet.radial(
    [
      [0, '#7a4a22'],
      [0.7, '#4a2810'],
      [1, '#2a1407'],
    ],
    [0.4, 0.4, 0.7],
  );
  const inside = sheet.linear([
    [0, shade(colour, -0.5)],
    [0.6, shade(colour, -0.12)],
    [1, shade(colour, 0.3)],
  ]);
  const handle = 'M662 455 C 800 415, 850 500, 815 590 C 790 660, 725 695, 645 690';
  return `${sheet.shadow(490, 822, 215, 40)}
<g filter="${glaze}"><path d="${handle}" fill="none" stroke="${shade(colour, -0.25)}" stroke-width="50" stroke-linecap="round"/></g>
<path d="${handle}" fill="none" stroke="${shade(colour, 0.45)}" stroke-width="10" stroke-linecap="round" transform="translate(-6 -9)" opacity=".75" filter="${sheet.blur(4)}"/>
<path d="M280 360 L 302 770 Q 310 835 490 838 Q 670 835 678 770 L 700 360 Z" fill="${sheet.cylinder(clay, 0.2)}" filter="${raw}"/>
<path d="M280 360 L 298 690 Q 345 742 420 728 T 560 738 T 683 690 L 700 360 Z" fill="${side}" filter="${glaze}"/>
<ellipse cx="490" cy="360" rx="210" ry="52" fill="${shade(colour, 0.35)}"/>
<ellipse cx="490" cy="363" rx="198" ry="46" fill="${inside}"/>
<clipPath id="mug"><ellipse cx="490" cy="363" rx="198" ry="46"/></clipPath>
<g clip-path="url(#mug)"><ellipse cx="490" cy="392" rx="186" ry="42" fill="${coffee}"/>
<ellipse cx="430" cy="385" rx="90" ry="12" fill="#d9a066" opacity=".35" filter="${sheet.blur(6)}"/></g>
${sheet.glint('<path d="M352 430 Q 366 400 388 432 L 398 660 Q 384 690 370 660 Z"/>', 0.55, 9)}
${sheet.glint('<path d="M300 352 Q 380 318 500 314 Q 400 322 306 362 Z"/>', 0.9, 2)}`;
}

export function bottle(sheet, { colour }) {
  const coat = sheet.material({ round: 2, depth: 1.5, grain: [0.7, 0.7], octaves: 2, rough: 1.1 });
  const steel = sheet.linear([
    [0, '#6d7278'],
    [0.12, '#c9ced3'],
    [0.22, '#ffffff'],
    [0.32, '#a3a9af'],
    [0.6, '#dfe3e6'],
    [0.78, '#6a6f75'],
    [0.92, '#41464b'],
    [1, '#8a9096'],
  ]);
  const cap = sheet.cylinder('#2a2c30', 0.3);
  return `${sheet.shadow(500, 868, 140, 26)}
<path d="M368 400 Q 368 330 428 300 L 428 262 L 572 262 L 572 300 Q 632 330 632 400 L 632 840 Q 632 872 500 874 Q 368 872 368 840 Z" fill="${sheet.cylinder(colour, 0.4)}" filter="${coat}"/>
<path d="M368 818 L 632 818 L 632 840 Q 632 872 500 874 Q 368 872 368 840 Z" fill="${steel}"/>
<rect x="424" y="252" width="152" height="26" rx="6" fill="${steel}"/>
<path d="M418 140 Q 418 122 500 120 Q 582 122 582 140 L 584 252 L 416 252 Z" fill="${cap}" filter="${coat}"/>
${Array.from({ length: 16 }, (_, n) => `<rect x="${420 + n * 10.2}" y="160" width="3" height="84" fill="#000" opacity=".28"/>`).join('')}
<path d="M440 122 Q 440 52 500 50 Q 560 52 560 122" fill="none" stroke="${cap}" stroke-width="22"/>
<path d="M470 560 l30 -52 30 52 z M490 548 l28 -44 44 72 h-58" fill="none" stroke="#fff" stroke-width="7" stroke-linejoin="round" opacity=".85"/>
${sheet.glint('<rect x="408" y="390" width="26" height="410" rx="13"/>', 0.6, 8)}
${sheet.glint('<rect x="600" y="420" width="8" height="370" rx="4"/>', 0.35, 4)}
${sheet.glint('<path d="M385 372 Q 400 335 440 312 L 452 330 Q 420 350 408 384 Z"/>', 0.5, 5)}`;
}

export function plant(sheet, { colour, leaf = '#3f7d3a' }) {
  const { chance } = sheet;
  const skin = sheet.material({ round: 5, depth: 6, grain: [0.05, 0.4], octaves: 2, rough: 0.9 });
  const pot = sheet.material({ round: 4, depth: 3, grain: [0.35, 0.35], octaves: 4, rough: 3.2 });
  const soil = sheet.material({ round: 2, depth: 2, grain: [0.25, 0.25], octaves: 4, rough: 9 });
  const leaves = Array.from({ length: 26 }, (_, n) => {
    const front = n / 26;
    const lean = (chance() - 0.5) * 2;
    const tipX = 500 + lean * (190 + front * 180);
    const tipY = 130 + Math.abs(lean) * 210 + front * 170 + chance() * 60;
    const baseX = 500 + lean * 70;
    const bend = 36 + chance() * 26;
    const middle = [(baseX + tipX) / 2 - lean * 55, (560 + tipY) / 2 - 40];
    const hue = shade(leaf, (front - 0.55) * 0.5 + (chance() - 0.5) * 0.16 - lean * 0.12);
    const fill = sheet.linear(
      [
        [0, shade(hue, 0.22)],
        [0.49, hue],
        [0.51, shade(hue, -0.24)],
        [1, shade(hue, -0.1)],
      ],
      [0, 0, 1, 0.25],
    );
    return `<g filter="${skin}"><path d="M${baseX} 590 Q ${middle[0] - bend} ${middle[1]} ${tipX} ${tipY} Q ${middle[0] + bend} ${middle[1] + 14} ${baseX + 12} 590 Z" fill="${fill}"/></g>
<path d="M${baseX + 5} 590 Q ${middle[0]} ${middle[1] + 6} ${tipX} ${tipY}" fill="none" stroke="${shade(hue, 0.45)}" stroke-width="2.2" opacity=".6"/>`;
  });
  return `${sheet.shadow(500, 850, 190, 34)}${leaves.slice(0, 14).join('')}
<ellipse cx="500" cy="586" rx="196" ry="40" fill="${shade(colour, -0.3)}"/>
<ellipse cx="500" cy="592" rx="178" ry="32" fill="#3a2718" filter="${soil}"/>
${leaves.slice(14).join('')}
<path d="M304 586 Q 310 626 500 628 Q 690 626 696 586 L 690 640 Q 680 664 500 668 Q 320 664 310 640 Z" fill="${sheet.cylinder(colour, 0.3)}" filter="${pot}"/>
<path d="M322 652 Q 400 668 500 668 Q 600 668 678 652 L 644 836 Q 630 864 500 866 Q 370 864 356 836 Z" fill="${sheet.cylinder(shade(colour, -0.06), 0.28)}" filter="${pot}"/>
<path d="M322 654 Q 400 672 500 672 Q 600 672 678 654 L 674 676 Q 600 694 500 694 Q 400 694 326 676 Z" fill="#000" opacity=".3" filter="${sheet.blur(6)}"/>`;
}

export function lamp(sheet, { colour, lit = true }) {
  const metal = sheet.material({ round: 2, depth: 2, grain: [0.01, 0.9], octaves: 2, rough: 0.7 });
  const brass = sheet.linear([
    [0, '#6b4d1c'],
    [0.25, '#f3d68c'],
    [0.45, '#c59a48'],
    [0.75, '#7f5d24'],
    [1, '#b08a45'],
  ]);
  const glow = sheet.radial([
    [0, '#ffe9b0', 0.95],
    [0.25, '#ffd27a', 0.5],
    [1, '#ffb84d', 0],
  ]);
  const bulb = sheet.radial([
    [0, '#fff'],
    [0.5, lit ? '#fff3cf' : '#eeeae0'],
    [1, lit ? '#ffcf70' : '#a9a498'],
  ]);
  return `${sheet.shadow(440, 846, 165, 26)}
${lit ? `<ellipse cx="620" cy="830" rx="330" ry="72" fill="${glow}" opacity=".9"/>` : ''}
<path d="M285 836 Q 285 812 440 810 Q 595 812 595 836 Q 595 858 440 860 Q 285 858 285 836 Z" fill="${sheet.cylinder(colour, 0.5)}" filter="${metal}"/>
<ellipse cx="440" cy="822" rx="150" ry="17" fill="${shade(colour, 0.16)}" opacity=".6"/>
<path d="M440 822 L 440 420 Q 440 190 610 190 Q 655 190 660 250" fill="none" stroke="#3c2a10" stroke-width="26"/>
<path d="M440 822 L 440 420 Q 440 190 610 190 Q 655 190 660 250" fill="none" stroke="#c59a48" stroke-width="20"/>
<path d="M435 816 L 435 420 Q 436 186 610 184" fill="none" stroke="#fff2c4" stroke-width="5" opacity=".8" filter="${sheet.blur(2)}"/>
<rect x="414" y="790" width="52" height="34" rx="8" fill="${brass}"/><circle cx="440" cy="560" r="20" fill="${brass}"/>
<ellipse cx="660" cy="470" rx="172" ry="36" fill="${lit ? '#fff0c2' : shade(colour, -0.55)}"/>
<circle cx="660" cy="462" r="50" fill="${bulb}"/>
<path d="M630 246 Q 660 232 690 246 Q 704 296 738 330 Q 826 392 834 470 Q 800 436 660 434 Q 520 436 486 470 Q 494 392 582 330 Q 616 296 630 246 Z" fill="${sheet.cylinder(colour, 0.55)}" filter="${metal}"/>
<rect x="628" y="226" width="64" height="30" rx="8" fill="${brass}"/>
${sheet.glint('<path d="M552 372 Q 596 340 622 296 L 640 300 Q 612 360 560 430 Q 532 436 528 432 Z"/>', 0.45, 8)}
${lit ? `<ellipse cx="660" cy="520" rx="420" ry="330" fill="${glow}" opacity=".5"/><circle cx="660" cy="470" r="80" fill="#fffbe8" opacity=".85" filter="${sheet.blur(26)}"/>` : ''}`;
}
