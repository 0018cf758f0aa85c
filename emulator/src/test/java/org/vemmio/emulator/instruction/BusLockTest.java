package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.device.MmioDevice;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Locked instructions on a device whose value another processor changes between the read and the write (Intel SDM
/// vol. 3, 10.1.2).
class BusLockTest {
    private static final long FIRST = 0x8877_6655_4433_2211L;
    private static final long SECOND = 0x0123_4567_89ab_cdefL;

    /// A device with compare-and-exchange, before which another processor writes [#SECOND] as often as it is told.
    private static final class ContendedDevice implements MmioDevice {
        final MemoryDevice memory = MemoryDevice.of(new byte[0x2000]);
        int races = 1;

        @Override
        public long read(long offset, int size) {
            return memory.read(offset, size);
        }

        @Override
        public void write(long offset, int size, long value) {
            throw new AssertionError("a write without a comparison");
        }

        @Override
        public boolean offersCompareAndExchange(long offset, int size) {
            return true;
        }

        @Override
        public long compareAndExchange(long offset, int size, long expected, long value) {
            if (races > 0) {
                memory.write(0, 8, races % 2 == 1 ? SECOND : FIRST);
                races--;
            }
            return memory.compareAndExchange(offset, size, expected, value);
        }
    }

    /// A bus on which another processor writes [#SECOND] after each read: at once, or when the lock is given up.
    private static final class ContendedBus implements MmioBus {
        final MemoryDevice memory = MemoryDevice.of(new byte[0x2000]);
        final List<String> calls = new ArrayList<>();
        boolean locked;
        boolean waiting;
        boolean readOnly;
        boolean compares;

        @Override
        public long read(long gpa, int size) {
            long value = memory.read(gpa - DEVICE_GPA, size);
            afterRead();
            return value;
        }

        @Override
        public void read(long gpa, byte[] into, int offset, int size) {
            memory.read(gpa - DEVICE_GPA, into, offset, size);
            afterRead();
        }

        private void afterRead() {
            calls.add("read");
            if (locked) {
                waiting = true;
            } else {
                memory.write(0, 8, SECOND);
            }
        }

        @Override
        public void write(long gpa, int size, long value) {
            beforeWrite();
            memory.write(gpa - DEVICE_GPA, size, value);
        }

        @Override
        public void write(long gpa, byte[] from, int offset, int size) {
            beforeWrite();
            memory.write(gpa - DEVICE_GPA, from, offset, size);
        }

        private void beforeWrite() {
            calls.add("write over %x".formatted(memory.read(0, 8)));
            if (readOnly) {
                throw new DeviceRefusedException("it is read-only");
            }
        }

        @Override
        public int widths(long gpa) {
            return UP_TO_64;
        }

        @Override
        public boolean offersCompareAndExchange(long gpa, int size) {
            return compares;
        }

        @Override
        public void lock() {
            assertThat(locked).isFalse();
            locked = true;
            calls.add("lock");
        }

        @Override
        public void unlock() {
            assertThat(locked).isTrue();
            locked = false;
            calls.add("unlock");
            if (waiting) {
                memory.write(0, 8, SECOND);
            }
        }
    }

    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", 0x7654_3210_fedc_ba98L)
                .with("rax", 0x89ab_cdefL).with("rdx", 0x0123_4567L).with("rbx", 0x5555_5555_5555_5555L);
    }

    /// Runs the instruction alone with a device that holds `value`.
    private static TrapRun alone(String code, long value) {
        TrapRun run = trap(code).holds(HexFormat.of().toHexDigits(Long.reverseBytes(value))).run();
        assertThat(run).isEmulated();
        return run;
    }

    /// The instruction takes effect on the value that the other processor left.
    @ParameterizedTest
    @ValueSource(strings = {
        "f0000f", "f0090f", "f048110f", "f066190f", "f0210f", "f0290f", "f048310f", "f08307ff", "f0f00fb00f",
        "f0ff07", "f048ff0f", "f0f717", "f066f71f", "f00fc10f", "f0480fc10f", "f00fb10f", "f0480fb10f", "f00fc70f",
        "860f", "66870f", "870f", "48870f",
        "f00fab37", "f0480fb337", "f0660fbb37", "f00fba2f05", "f0480fba3721", "f0660fba3f0e"})
    void aDeviceWithCompareAndExchange(String code) {
        ContendedDevice device = new ContendedDevice();
        device.memory.write(0, 8, FIRST);
        TrapRun run = trap(code).bus(DeviceMap.builder().add(DEVICE_GPA, 0x1000, device).build()).run();
        assertThat(run).isEmulated();
        TrapRun alone = alone(code, SECOND);
        assertThat(device.memory.read(0, 8)).isEqualTo(alone.device().read(0, 8));
        assertThat(run.after()).isEqualTo(alone.after());
        assertThat(run.accesses()).extracting(access -> access.toString().split(" ")[0])
                .containsExactly("read", "read", "write");
        assertThat(run.accesses().subList(1, 3)).isEqualTo(alone.accesses());
    }

    /// The other processor has to wait, so that nothing of it is lost.
    @ParameterizedTest
    @ValueSource(strings = {
        "f0000f", "f0480fc10f", "f00fb10f", "f00fc70f", "f0480fc70f", "870f", "f048f71f",
        "f00fab37", "f0480fb337", "f0660fba3f0e"})
    void aBusThatLocks(String code) {
        ContendedBus bus = new ContendedBus();
        bus.memory.write(0, 8, FIRST);
        TrapRun run = trap(code).bus(bus).run();
        assertThat(run).isEmulated();
        assertThat(bus.calls).containsExactly("lock", "read", "write over %x".formatted(FIRST), "unlock");
        assertThat(bus.memory.read(0, 8)).isEqualTo(SECOND);
        TrapRun alone = alone(code, FIRST);
        assertThat(run.after()).isEqualTo(alone.after());
        assertThat(run.accesses()).isEqualTo(alone.accesses());
    }

    /// Without LOCK the other processor's write is lost, as on the processor.
    @ParameterizedTest
    @ValueSource(strings = {"000f", "480fc10f", "0fb10f", "0fc70f", "480fc70f", "48f71f", "0fab37", "0fba3721"})
    void noLockWithoutThePrefix(String code) {
        ContendedBus bus = new ContendedBus();
        bus.memory.write(0, 8, FIRST);
        bus.compares = true;
        TrapRun run = trap(code).bus(bus).run();
        assertThat(run).isEmulated();
        assertThat(bus.calls).containsExactly("read", "write over %x".formatted(SECOND));
        assertThat(run.after()).isEqualTo(alone(code, FIRST).after());
    }

    /// What compare-and-exchange cannot serve is done under the lock: 16 bytes, and an operand across two pages.
    @ParameterizedTest
    @CsvSource({"f0480fc70f, 0, 1", "f0010f, 0xffe, 2"})
    void theLockWhereComparisonDoesNotServe(String code, int offset, int pieces) {
        ContendedBus bus = new ContendedBus();
        bus.compares = true;
        assertThat(trap(code).with("rdi", DEVICE + offset).window(DEVICE, DEVICE_GPA, 0x2000).bus(bus).run())
                .isEmulated();
        assertThat(bus.calls).hasSize(2 + 2 * pieces).startsWith("lock", "read").endsWith("unlock");
    }

    /// The lock of the bus is one on devices.
    @ParameterizedTest
    @ValueSource(strings = {"f0010f", "870f", "f0480fc70f"})
    void noLockOfTheBusForMemoryAlone(String code) {
        ContendedBus bus = new ContendedBus();
        assertThat(trap(code).with("rdi", 0x1000).memory(0x1000, "00".repeat(16)).bus(bus).run()).isEmulated();
        assertThat(bus.calls).isEmpty();
    }

    @Test
    void theLockIsGivenUpIfTheDeviceRefuses() {
        ContendedBus bus = new ContendedBus();
        bus.readOnly = true;
        assertThat(trap("f0010f").bus(bus).run()).hasCheck("device-refused").changedNothing();
        assertThat(bus.calls).last().isEqualTo("unlock");
    }

    @Test
    void aRaceThatIsAlwaysLostEnds() {
        ContendedDevice device = new ContendedDevice();
        device.races = Integer.MAX_VALUE;
        device.memory.write(0, 8, FIRST);
        assertThat(trap("f048010f").bus(DeviceMap.builder().add(DEVICE_GPA, 0x1000, device).build()).run())
                .hasCheck("lock-contention").changedNothing();
    }

    /// #UD: LOCK where there is nothing to lock, or on a register (Intel SDM vol. 2, LOCK).
    @ParameterizedTest
    @ValueSource(strings = {
        "f0390f", "f03b0f", "f0850f", "f0f60701", "f0030f", "f001c8", "f0ffc0", "f087c8", "f0f727", "f0f737",
        "f00faf0f", "f0ff37", "f08f07", "f0890f", "f08b0f", "f00f400f", "f00f9007", "f0d7", "f00fc30f", "f0660f38f60f",
        "f00f38f00f", "f0c12705", "f0d11f", "f00fa507", "f00fa307", "f00fba2705", "f00fbc07", "f0f30fb807", "f00fae3f",
        "f0660fae37", "f00f1807", "f00f1f07", "f00f1c07", "f00f0d07", "f0660f38f807", "f0f20f38f807", "f0f30f38f807",
        "f00f38f907"})
    void lockElsewhere(String code) {
        assertThat(trap(code).run()).isException(Outcome.Exception.UD).changedNothing().accesses().areNone();
    }
}
