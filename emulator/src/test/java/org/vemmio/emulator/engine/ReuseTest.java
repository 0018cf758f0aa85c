package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.outcome.Outcome;

/// An engine deals with each trap as a new one would, whatever it has dealt with before.
class ReuseTest {
    private static final List<String> BEFORE =
            List.of("8b07", "8907", "f3ab", "0fae07", "660f6f0f", "f048010f", "48a5", "0f0b");

    private static TestMachine machine(String code, long offset) {
        return TestMachine.of(code).at(offset).with(Gpr.RSI, TestMachine.RAM + 0xffc).with(Gpr.RCX, 5);
    }

    private static Outcome handle(MmioEngine engine, TestMachine machine) {
        return engine.handle(machine.trap, machine.cpu, machine.memory);
    }

    private static void clear(MemoryDevice device) {
        for (int offset = 0; offset < 0x2000; offset += 8) {
            device.write(offset, 8, 0);
        }
    }

    /// Offset 0x1ffe lies across the device and memory, 0x2000 in memory, and 0x2fff across memory and nothing; the 3
    /// bytes at 0x1ffd are no width of the device.
    @ParameterizedTest
    @CsvSource({
        "8b07, 0", "8b07, 0x1ffd", "8b07, 0x1ffe", "8b07, 0x2000", "8b07, 0x2fff", "8907, 0xffe", "f3ab, 0",
        "f3ab, 0x2ffc", "f048010f, 0", "660f6f0f, 0", "660f6f0f, 1", "48a5, 0", "0fae07, 0", "0f0b, 0",
        "f7d8, 0"})
    void whatCameBeforeDoesNotMatter(String code, String at) {
        long offset = Long.decode(at);
        TestMachine fresh = machine(code, offset);
        fresh.options = builder -> builder.repeatBound(2).splitting(false);
        Outcome expected = fresh.run();
        for (String earlier : BEFORE) {
            for (long place : new long[] {0, 1, 0xffe, 0x1ffe, 0x2ffc, 0x2fff, 0x77_0000}) {
                TestMachine first = machine(earlier, place);
                first.options = fresh.options;
                TestMachine second = machine(code, offset);
                try (MmioEngine engine = first.engine()) {
                    handle(engine, first);
                    first.accesses.clear();
                    clear(first.device);
                    String what = "%s at 0x%x after %s at 0x%x".formatted(code, offset, earlier, place);
                    assertThat(handle(engine, second)).as(what).hasToString(expected.toString());
                    assertThat(second.cpu).as(what).isEqualTo(fresh.cpu);
                    assertThat(first.accesses).as(what).isEqualTo(fresh.accesses);
                }
            }
        }
    }
}
