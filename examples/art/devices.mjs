// Draws what has a battery: headphones, camera.
import { shade } from './canvas.mjs';

export function headphones(sheet, { colour, accent = '#c9975b' }) {
  const hide = sheet.material({ round: 16, depth: 14, grain: [0.22, 0.22], octaves: 4, rough: 2.2 });
  const shell = sheet.material({ round: 12, depth: 8, grain: [0.9, 0.9], octaves: 2, rough: 0.7 });
  const metal = sheet.linear([
    [0, shade(accent, -0.3)],
    [0.3, shade(accent, 0.6)],
    [0.55, accent],
    [1, shade(accent, -0.5)],
  ]);
  const cup = (x, flip) => `<g transform="translate(${x} 590) scale(${flip} 1)">
<rect x="-4" y="-150" width="86" height="300" rx="43" fill="${shade(colour, -0.45)}" filter="${hide}"/>
${Array.from({ length: 7 }, (_, n) => `<path d="M6 ${-110 + n * 37} q 34 8 68 0" stroke="#000" stroke-width="3" fill="none" opacity=".3"/>`).join('')}
<ellipse cx="-22" cy="0" rx="76" ry="150" fill="${sheet.linear(
    [
      [0, shade(colour, -0.2)],
      [0.35, shade(colour, 0.3)],
      [0.7, colour],
      [1, shade(colour, -0.4)],
    ],
    flip > 0 ? [0, 0, 1, 0.4] : [1, 0, 0, 0.4],
  )}" filter="${shell}"/>
<ellipse cx="-36" cy="0" rx="50" ry="108" fill="none" stroke="${metal}" stroke-width="7"/>
<ellipse cx="-38" cy="0" rx="43" ry="98" fill="${sheet.linear(
    [
      [0, shade(colour, 0.22)],
      [1, shade(colour, -0.4)],
    ],
    [0, 0, 1, 1],
  )}" filter="${shell}"/>
${Array.from({ length: 9 }, (_, n) => `<circle cx="-38" cy="${-32 + n * 8}" r="2.4" fill="${accent}"/>`).join('')}</g>`;
  const arm = (x, flip) =>
    `<g transform="translate(${x} 0) scale(${flip} 1)"><path d="M-16 300 L 16 296 L 6 470 L -32 474 Z" fill="${metal}"/><path d="M-30 452 Q -74 468 -74 590 L -56 590 Q -56 486 -14 474 Z" fill="${metal}"/></g>`;
  return `${sheet.shadow(250, 744, 92, 22)}${sheet.shadow(750, 744, 92, 22)}
${arm(250, 1)}${arm(750, -1)}
<path d="M236 400 Q 240 128 500 126 Q 760 128 764 400" fill="none" stroke="${shade(colour, -0.1)}" stroke-width="58" stroke-linecap="round" filter="${hide}"/>
<path d="M262 396 Q 270 158 500 156 Q 730 158 738 396" fill="none" stroke="${shade(colour, -0.55)}" stroke-width="30" stroke-linecap="round" filter="${hide}"/>
<path d="M222 380 Q 232 112 500 108 Q 768 112 778 380" fill="none" stroke="#fff" stroke-width="5" opacity=".35" filter="${sheet.blur(3)}"/>
<path d="M330 176 Q 400 120 520 112" fill="none" stroke="#fff" stroke-width="16" opacity=".45" stroke-linecap="round" filter="${sheet.blur(8)}"/>
<path d="M216 390 h46 v34 h-46 Z M738 390 h46 v34 h-46 Z" fill="${metal}"/>
${cup(262, 1)}${cup(738, -1)}
${sheet.glint('<ellipse cx="196" cy="530" rx="10" ry="60" transform="rotate(6 196 530)"/>', 0.55, 6)}
${sheet.glint('<ellipse cx="742" cy="520" rx="8" ry="54"/>', 0.35, 6)}`;
}

export function camera(sheet, { colour, leather = '#2b2522' }) {
  const hide = sheet.material({ round: 6, depth: 4, grain: [0.2, 0.2], octaves: 3, rough: 6.5 });
  const paint = sheet.material({ round: 7, depth: 6, grain: [0.95, 0.95], octaves: 2, rough: 0.8 });
  const body = sheet.linear(
    [
      [0, shade(colour, 0.4)],
      [0.25, colour],
      [1, shade(colour, -0.35)],
    ],
    [0, 0, 0, 1],
  );
  const metal = sheet.linear([
    [0, '#33363a'],
    [0.18, '#d9dde0'],
    [0.34, '#8b9095'],
    [0.6, '#e4e7e9'],
    [0.85, '#5c6166'],
    [1, '#94999e'],
  ]);
  const barrel = sheet.linear(
    [
      [0, '#5a5d61'],
      [0.4, '#26282a'],
      [1, '#060607'],
    ],
    [0, 0, 1, 1],
  );
  const glass = sheet.radial(
    [
      [0, '#050812'],
      [0.45, '#0d1730'],
      [0.7, '#2a2052'],
      [0.88, '#1c3f52'],
      [1, '#04070c'],
    ],
    [0.5, 0.5, 0.5],
  );
  const dial = (x, y, width) =>
    `<rect x="${x}" y="${y}" width="${width}" height="44" rx="5" fill="${metal}"/>${Array.from({ length: Math.floor(width / 6) }, (_, n) => `<rect x="${x + 2 + n * 6}" y="${y + 3}" width="2" height="38" fill="#000" opacity=".35"/>`).join('')}<rect x="${x}" y="${y}" width="${width}" height="6" rx="3" fill="#fff" opacity=".55"/>`;
  const knurl = Array.from(
    { length: 90 },
    (_, n) =>
      `<path d="M500 358 v16" stroke="#8d9196" stroke-width="3" opacity=".55" transform="rotate(${n * 4} 500 555)"/>`,
  ).join('');
  return `${sheet.shadow(500, 792, 400, 30)}
${dial(190, 300, 108)}${dial(666, 296, 84)}${dial(776, 310, 66)}
<rect x="330" y="300" width="20" height="40" fill="#8b9095"/><rect x="318" y="288" width="44" height="18" rx="6" fill="${metal}"/>
<path d="M396 350 L 424 268 Q 430 250 456 250 L 544 250 Q 570 250 576 268 L 604 350 Z" fill="${body}" filter="${paint}"/>
<rect x="462" y="236" width="76" height="16" fill="${metal}"/><rect x="448" y="278" width="104" height="46" rx="6" fill="#0a0c10"/><path d="M456 284 h60 l-24 34 h-36 Z" fill="#4d6f9a" opacity=".45"/>
<rect x="112" y="338" width="776" height="440" rx="42" fill="${body}" filter="${paint}"/>
<path d="M112 420 H 888 V 712 H 112 Z" fill="${leather}" filter="${hide}"/>
<path d="M112 420 H 888 M112 712 H 888" stroke="#000" stroke-width="4" opacity=".6"/><path d="M112 425 H 888" stroke="#fff" stroke-width="2" opacity=".25"/>
<path d="M118 440 Q 118 400 150 398 Q 214 398 216 440 L 214 700 Q 210 730 160 730 Q 120 728 118 700 Z" fill="${leather}" filter="${hide}"/>
<circle cx="816" cy="384" r="17" fill="#170d0b"/><circle cx="816" cy="384" r="11" fill="#b5241c"/><rect x="640" y="366" width="86" height="34" rx="5" fill="#11151b"/><path d="M646 370 h44 l-18 26 h-26 Z" fill="#7fa0c4" opacity=".4"/>
<circle cx="524" cy="582" r="216" fill="#000" opacity=".55" filter="${sheet.blur(20)}"/>
<circle cx="500" cy="555" r="212" fill="${metal}"/><circle cx="500" cy="555" r="200" fill="${barrel}"/>${knurl}
<circle cx="500" cy="555" r="178" fill="#131416"/><circle cx="500" cy="555" r="174" fill="none" stroke="#55595e" stroke-width="4"/><circle cx="500" cy="555" r="160" fill="${barrel}"/>
${Array.from({ length: 36 }, (_, n) => `<path d="M500 404 v${n % 3 ? 7 : 13}" stroke="${n % 9 ? '#e8ebee' : '#e2632f'}" stroke-width="3" transform="rotate(${n * 10} 500 555)"/>`).join('')}
<circle cx="500" cy="555" r="128" fill="#030304"/><circle cx="500" cy="555" r="120" fill="${glass}"/>
<circle cx="500" cy="555" r="72" fill="#04060c" opacity=".75"/><circle cx="500" cy="555" r="40" fill="#000"/>
<g opacity=".8"><ellipse cx="452" cy="498" rx="42" ry="24" fill="#dfe9ff" opacity=".7" transform="rotate(-38 452 498)" filter="${sheet.blur(5)}"/>
<ellipse cx="556" cy="618" rx="30" ry="13" fill="#7fd0b0" opacity=".5" transform="rotate(-40 556 618)" filter="${sheet.blur(5)}"/>
<ellipse cx="536" cy="592" rx="14" ry="8" fill="#c78cff" opacity=".55" transform="rotate(-40 536 592)" filter="${sheet.blur(3)}"/></g>
<path d="M392 520 A 114 114 0 0 1 500 441" fill="none" stroke="#fff" stroke-width="6" opacity=".5" filter="${sheet.blur(3)}"/>
<path d="M360 478 A 160 160 0 0 1 470 398" fill="none" stroke="#fff" stroke-width="7" opacity=".45" filter="${sheet.blur(4)}"/>
<path d="M150 350 H 850" stroke="#fff" stroke-width="5" opacity=".55" filter="${sheet.blur(2)}"/>`;
}
