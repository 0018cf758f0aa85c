package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.device.MmioDevice;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

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
        public boolean offersCompareAndExchange() {
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
            long value = memory.read(gpa - TestMachine.GPA, size);
            afterRead();
            return value;
        }

        @Override
        public void read(long gpa, byte[] into, int offset, int size) {
            memory.read(gpa - TestMachine.GPA, into, offset, size);
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
            memory.write(gpa - TestMachine.GPA, size, value);
        }

        @Override
        public void write(long gpa, byte[] from, int offset, int size) {
            beforeWrite();
            memory.write(gpa - TestMachine.GPA, from, offset, size);
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

    private static TestMachine machine(String code) {
        return TestMachine.of(code).at(0).with(Gpr.RCX, 0x7654_3210_fedc_ba98L)
                .with(Gpr.RAX, 0x89ab_cdefL).with(Gpr.RDX, 0x0123_4567L).with(Gpr.RBX, 0x5555_5555_5555_5555L);
    }

    /// Runs the instruction alone with a device that holds `value`.
    private static TestMachine alone(String code, long value) {
        TestMachine machine = machine(code);
        machine.device.write(0, 8, value);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        return machine;
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
        TestMachine machine = machine(code);
        machine.bus = DeviceMap.builder().add(TestMachine.GPA, 0x1000, device).build();
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        TestMachine alone = alone(code, SECOND);
        assertThat(device.memory.read(0, 8)).isEqualTo(alone.device.read(0, 8));
        assertThat(machine.cpu).isEqualTo(alone.cpu);
        assertThat(machine.accesses).extracting(access -> access.toString().split(" ")[0])
                .containsExactly("read", "read", "write");
        assertThat(machine.accesses.subList(1, 3)).isEqualTo(alone.accesses);
    }

    /// The other processor has to wait, so that nothing of it is lost.
    @ParameterizedTest
    @ValueSource(strings = {
        "f0000f", "f0480fc10f", "f00fb10f", "f00fc70f", "f0480fc70f", "870f", "f048f71f",
        "f00fab37", "f0480fb337", "f0660fba3f0e"})
    void aBusThatLocks(String code) {
        ContendedBus bus = new ContendedBus();
        bus.memory.write(0, 8, FIRST);
        TestMachine machine = machine(code);
        machine.bus = bus;
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(bus.calls).containsExactly("lock", "read", "write over %x".formatted(FIRST), "unlock");
        assertThat(bus.memory.read(0, 8)).isEqualTo(SECOND);
        TestMachine alone = alone(code, FIRST);
        assertThat(machine.cpu).isEqualTo(alone.cpu);
        assertThat(machine.accesses).isEqualTo(alone.accesses);
    }

    /// Without LOCK the other processor's write is lost, as on the processor.
    @ParameterizedTest
    @ValueSource(strings = {"000f", "480fc10f", "0fb10f", "0fc70f", "480fc70f", "48f71f", "0fab37", "0fba3721"})
    void noLockWithoutThePrefix(String code) {
        ContendedBus bus = new ContendedBus();
        bus.memory.write(0, 8, FIRST);
        bus.compares = true;
        TestMachine machine = machine(code);
        machine.bus = bus;
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(bus.calls).containsExactly("read", "write over %x".formatted(SECOND));
        assertThat(machine.cpu).isEqualTo(alone(code, FIRST).cpu);
    }

    /// What compare-and-exchange cannot serve is done under the lock: 16 bytes, and an operand across two pages.
    @ParameterizedTest
    @CsvSource({"f0480fc70f, 0, 1", "f0010f, 0xffe, 2"})
    void theLockWhereComparisonDoesNotServe(String code, int offset, int pieces) {
        ContendedBus bus = new ContendedBus();
        bus.compares = true;
        TestMachine machine = machine(code).at(offset);
        machine.bus = bus;
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(bus.calls).hasSize(2 + 2 * pieces).startsWith("lock", "read").endsWith("unlock");
    }

    /// The lock of the bus is one on devices.
    @ParameterizedTest
    @ValueSource(strings = {"f0010f", "870f", "f0480fc70f"})
    void noLockOfTheBusForMemoryAlone(String code) {
        ContendedBus bus = new ContendedBus();
        TestMachine machine = machine(code).with(Gpr.RDI, TestMachine.RAM);
        machine.bus = bus;
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(bus.calls).isEmpty();
    }

    @Test
    void theLockIsGivenUpIfTheDeviceRefuses() {
        ContendedBus bus = new ContendedBus();
        bus.readOnly = true;
        TestMachine machine = machine("f0010f");
        machine.bus = bus;
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOf(Outcome.Failed.class);
        assertThat(bus.calls).last().isEqualTo("unlock");
        assertThat(machine.cpu).isEqualTo(before);
    }

    @Test
    void aRaceThatIsAlwaysLostEnds() {
        ContendedDevice device = new ContendedDevice();
        device.races = Integer.MAX_VALUE;
        device.memory.write(0, 8, FIRST);
        TestMachine machine = machine("f048010f");
        machine.bus = DeviceMap.builder().add(TestMachine.GPA, 0x1000, device).build();
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Failed.class,
                failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.LOCK_CONTENTION));
        assertThat(machine.cpu).isEqualTo(before);
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
        TestMachine machine = machine(code);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class,
                fault -> assertThat(fault.vector()).isEqualTo(Outcome.Exception.UD));
        assertThat(machine.cpu).isEqualTo(before);
        assertThat(machine.accesses).isEmpty();
    }
}
