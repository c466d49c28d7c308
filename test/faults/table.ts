// The table at the end of the whole form: fault, rounds, passed, how long recovery took, what was fetched again.
import type { Reporter, TestModule } from 'vitest/node';
import type { Measured } from './fault.ts';

interface Line {
  rounds: number;
  passed: number;
  measured: Measured[];
}

export default class FaultTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = new Map<string, Line>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { fault } = test.meta();
        if (!fault) continue;
        const line = lines.get(fault.name) ?? { rounds: 0, passed: 0, measured: [] };
        lines.set(fault.name, line);
        line.rounds++;
        if (test.result().state !== 'passed') continue;
        line.passed++;
        line.measured.push(fault as Measured);
      }
    }
    if (lines.size === 0) return;
    console.log(
      '\n| fault | rounds | passed | recovery, median (s) | longest (s) | fetched again, median | most |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- |');
    for (const [name, { rounds, passed, measured }] of lines) {
      const seconds = measured.map(({ recoverySeconds }) => recoverySeconds).sort((a, b) => a - b);
      const again = measured.map(({ refetches }) => refetches).sort((a, b) => a - b);
      const middle = Math.floor((measured.length - 1) / 2);
      const cells = [
        name,
        rounds,
        passed,
        seconds[middle]?.toFixed(1),
        seconds.at(-1)?.toFixed(1),
        again[middle],
        again.at(-1),
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
}
