package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;

/// Has the processor execute an instruction to see what it would access: a device that answers 0, and memory that holds
/// 0 everywhere else. For one thread.
final class DumpProbe implements AutoCloseable {
    private final Devices devices = new Devices();
    private final MmioEngine engine = MmioEngine.builder().bus(devices).build();

    /// What an instruction did.
    ///
    /// @param outcome how it ended
    /// @param accesses those of the device, in order
    /// @param memory the ordinary memory it touched, as it was before
    record Result(Outcome outcome, List<DeviceAccess> accesses, List<ByteRange> memory) {
    }

    /// Executes an instruction.
    ///
    /// @param cpu stays as it is
    Result run(CpuState cpu, byte[] code, DeviceWindow window, long gla) {
        devices.accesses.clear();
        Memory memory = new Memory(code, window);
        long gpa = memory.translate(gla, 1, false, false);
        Outcome outcome = Completion.STANDARD.handle(engine, Trap.at(gla, gpa), CpuState.copyOf(cpu), memory).outcome();
        return new Result(outcome, List.copyOf(devices.accesses), memory.touched());
    }

    @Override
    public void close() {
        engine.close();
    }

    private static final class Devices implements MmioBus {
        private final List<DeviceAccess> accesses = new ArrayList<>();

        @Override
        public long read(long gpa, int size) {
            accesses.add(DeviceAccess.read(gpa, size, 0));
            return 0;
        }

        @Override
        public void write(long gpa, int size, long value) {
            accesses.add(DeviceAccess.write(gpa, size, value));
        }

        @Override
        public boolean enqueue(long gpa, byte[] from, int offset) {
            accesses.add(DeviceAccess.write(gpa, Arrays.copyOfRange(from, offset, offset + 64)));
            return true;
        }
    }

    private static final class Memory implements LinearMemory {
        private final byte[] code;
        private final DeviceWindow window;
        private final Map<Long, Byte> contents = new TreeMap<>(Long::compareUnsigned);

        Memory(byte[] code, DeviceWindow window) {
            this.code = code;
            this.window = window;
        }

        @Override
        public int fetch(long linear, byte[] into, int count) {
            int length = Math.min(count, code.length);
            System.arraycopy(code, 0, into, 0, length);
            return length;
        }

        @Override
        public long translate(long linear, int size, boolean write, boolean user) {
            long offset = linear - window.gla();
            if (Long.compareUnsigned(offset, window.size()) < 0) {
                return window.gpa() + offset;
            }
            for (int i = 0; i < size; i++) {
                contents.putIfAbsent(linear + i, (byte) 0);
            }
            return ORDINARY;
        }

        @Override
        public long read(long linear, int size) {
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
                bytes[i] = contents.getOrDefault(linear + i, (byte) 0);
            }
            return Bytes.get(bytes, 0, size);
        }

        @Override
        public void write(long linear, int size, long value) {
            for (int i = 0; i < size; i++) {
                contents.put(linear + i, (byte) (value >>> Byte.SIZE * i));
            }
        }

        /// Returns the bytes that lie side by side as ranges.
        List<ByteRange> touched() {
            List<ByteRange> ranges = new ArrayList<>();
            long start = 0;
            int size = 0;
            for (long address : contents.keySet()) {
                if (size > 0 && address != start + size) {
                    ranges.add(new ByteRange(start, new byte[size]));
                    size = 0;
                }
                start = size == 0 ? address : start;
                size++;
            }
            if (size > 0) {
                ranges.add(new ByteRange(start, new byte[size]));
            }
            return ranges;
        }
    }
}
