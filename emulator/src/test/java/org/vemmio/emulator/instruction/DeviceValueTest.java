package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.testing.HandmadeTrap;

/// Devices that answer more bits than they are asked for, which [MmioBus] lets them.
class DeviceValueTest {
    /// A 4-byte register of ones that a compare-and-exchange leaves, with ones above it in every answer.
    private static final class OnesBus implements MmioBus {
        final List<String> calls = new ArrayList<>();

        @Override
        public long read(long gpa, int size) {
            calls.add("read " + size);
            return -1;
        }

        @Override
        public void write(long gpa, int size, long value) {
            calls.add("write " + size);
        }

        @Override
        public int widths(long gpa) {
            return 4;
        }

        @Override
        public boolean offersCompareAndExchange(long gpa, int size) {
            return true;
        }

        @Override
        public long compareAndExchange(long gpa, int size, long expected, long value) {
            calls.add("exchange %d: %x, %x".formatted(size, expected, value & 0xffff_ffffL));
            return -1;
        }

        @Override
        public void lock() {
            calls.add("lock");
        }

        @Override
        public void unlock() {
            calls.add("unlock");
        }
    }

    @ParameterizedTest
    @CsvSource({"0f b6 07, 0xff", "0f b7 07, 0xffff", "8b 07, 0xffffffff", "ac, 0xff", "ad, 0xffffffff"})
    void bitsAboveTheSizeOfAReadDoNotCount(String code, String expected) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).with("rsi", DEVICE).answers(-1)
                .run("architectural", "propagate")).isEmulated().hasRegister("rax", Long.decode(expected));
    }

    /// `lock add [rdi], eax` and `lock xadd`.
    @ParameterizedTest
    @CsvSource({"f0 01 07, 0x10", "f0 0f c1 07, 0xffffffff"})
    void norDoThoseAboveTheSizeOfAnExchange(String code, String expected) {
        OnesBus bus = new OnesBus();
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).with("rax", 0x10).bus(bus)
                .run("architectural", "propagate")).isEmulated().hasRegister("rax", Long.decode(expected));
        assertThat(bus.calls).containsExactly("read 4", "exchange 4: ffffffff, f");
    }

    @Test
    void aWidthThatTheDeviceDoesNotTakeIsNotExchanged() {
        OnesBus bus = new OnesBus();
        assertThat(HandmadeTrap.of("f0 48 01 07").with("rdi", DEVICE).bus(bus).run("architectural", "propagate"))
                .isEmulated();
        assertThat(bus.calls).containsExactly("lock", "read 4", "read 4", "write 4", "write 4", "unlock");
    }
}
