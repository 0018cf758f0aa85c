package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;

/// Every instruction of the hardware recordings, on a device that refuses its n-th access, for each n: the guest is
/// left as before the instruction, or as after the last whole iteration of a `rep`, and the Failure lists what was
/// done.
class RefusedAccessTest {
    /// A device that behaves as memory until its n-th access, which it refuses.
    private static final class RefusingBus implements MmioBus {
        private DeviceMap devices = DeviceMap.builder().build();
        private int left;

        void set(RecordedTrap trap, int refused) {
            ByteRange backing = trap.backing().orElseThrow();
            devices = DeviceMap.builder()
                    .add(backing.address(), backing.size(), MemoryDevice.of(backing.bytes())).build();
            left = refused;
        }

        private void count() {
            if (--left == 0) {
                throw new DeviceRefusedException("refused");
            }
        }

        @Override
        public long read(long gpa, int size) {
            count();
            return devices.read(gpa, size);
        }

        @Override
        public void write(long gpa, int size, long value) {
            count();
            devices.write(gpa, size, value);
        }

        @Override
        public void read(long gpa, byte[] into, int offset, int size) {
            count();
            devices.read(gpa, into, offset, size);
        }

        @Override
        public void write(long gpa, byte[] from, int offset, int size) {
            count();
            devices.write(gpa, from, offset, size);
        }

        @Override
        public int widths(long gpa) {
            return UP_TO_64;
        }
    }

    /// The guest between two iterations, or around a whole instruction.
    private record State(CpuState cpu, List<ByteRange> memory, int accesses) {
        static State of(RecordedTrap trap, CpuState cpu, MemoryMap map, int accesses) {
            List<ByteRange> memory = trap.guestMemory().ranges().stream().map(range ->
                    new ByteRange(range.address(), map.contents(range.address(), range.size()))).toList();
            return new State(CpuState.copyOf(cpu), memory, accesses);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86-64-hardware-int", "x86-64-hardware-vec"})
    void aRefusedAccessLeavesTheGuestAsItWas(String recording) {
        RefusingBus bus = new RefusingBus();
        List<DeviceAccess> seen = new ArrayList<>();
        int refusals = 0;
        try (RecordingReader reader = RecordingReader.ofResource(recording);
                MmioEngine whole = MmioEngine.builder().bus(bus).repeatBound(MmioEngine.MAX_REPEAT_BOUND).build();
                MmioEngine stepping = MmioEngine.builder().bus(bus).repeatBound(1)
                        .observer((write, gpa, bytes, offset, size) ->
                                seen.add(access(write, gpa, bytes, offset, size)))
                        .build()) {
            while (reader.hasNext()) {
                RecordedTrap trap = reader.next();
                seen.clear();
                List<State> states = step(stepping, bus, trap, seen);
                List<DeviceAccess> all = List.copyOf(seen);
                for (int n = 1; n <= all.size(); n++) {
                    refuse(whole, bus, trap, n, new Whole(states, all));
                    refusals++;
                }
            }
        }
        assertThat(refusals).isGreaterThan(2000);
    }

    private static DeviceAccess access(boolean write, long gpa, byte[] bytes, int offset, int size) {
        byte[] value = Arrays.copyOfRange(bytes, offset, offset + size);
        return write ? DeviceAccess.write(gpa, value) : DeviceAccess.read(gpa, value);
    }

    /// Runs the instruction to its end, one iteration at a time, and returns the states before and between.
    private static List<State> step(MmioEngine engine, RefusingBus bus, RecordedTrap trap, List<DeviceAccess> seen) {
        bus.set(trap, 0);
        CpuState cpu = trap.cpu();
        MemoryMap memory = trap.memory();
        List<State> states = new ArrayList<>(List.of(State.of(trap, cpu, memory, 0)));
        while (engine.handle(trap.trap(), cpu, memory) instanceof Outcome.Emulated emulated && !emulated.complete()) {
            states.add(State.of(trap, cpu, memory, seen.size()));
        }
        return states;
    }

    /// What comes of a trap of which nothing is refused: the state after each call, and all accesses.
    private record Whole(List<State> states, List<DeviceAccess> accesses) {
    }

    private static void refuse(MmioEngine engine, RefusingBus bus, RecordedTrap trap, int n, Whole whole) {
        bus.set(trap, n);
        CpuState cpu = trap.cpu();
        MemoryMap memory = trap.memory();
        Outcome outcome = engine.handle(trap.trap(), cpu, memory);
        assertThat(outcome).as("%s, access %d refused", trap, n).isInstanceOf(Outcome.Propagated.class);
        Failure failure = ((Outcome.Propagated) outcome).failure();
        assertThat(failure.check().label()).isEqualTo("device-refused");
        assertThat(failure.accesses()).as("%s, access %d refused", trap, n).isEqualTo(whole.accesses.subList(0, n - 1));
        State last = whole.states.stream().filter(state -> state.accesses < n).reduce((a, b) -> b).orElseThrow();
        State left = State.of(trap, cpu, memory, last.accesses);
        assertThat(left).as("%s, access %d refused", trap, n).isEqualTo(last);
        assertThat(cpu.rip()).isEqualTo(trap.rip());
    }
}
