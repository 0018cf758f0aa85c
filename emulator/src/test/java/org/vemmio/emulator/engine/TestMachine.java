package org.vemmio.emulator.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;

/// A guest for tests that hold what [org.vemmio.emulator.testing.HandmadeTrap] makes and keeps to itself: one engine for
/// trap after trap with registers and a device that the test changes in between, a Cpu of the test's own, an engine in
/// another thread or closed. An instruction at CODE, two pages of a device at DEVICE, and a page of RAM right behind
/// them.
public final class TestMachine {
    public static final long CODE = 0x40_0000;
    public static final long DEVICE = 0x10_0000;
    public static final long RAM = DEVICE + 0x2000;
    public static final long GPA = 0xfe00_0000L;

    public final CpuState cpu = new CpuState();
    public final MemoryDevice device = MemoryDevice.of(new byte[0x2000]);
    public final List<DeviceAccess> accesses = new ArrayList<>();
    public final MemoryMap memory;
    public MmioBus bus = DeviceMap.builder().add(GPA, 0x2000, device).build();
    public UnaryOperator<MmioEngine.Builder> options = builder -> builder;
    public final Trap trap = Trap.at(DEVICE, GPA);

    private TestMachine(String code) {
        cpu.setRip(CODE);
        memory = MemoryMap.builder().device(DEVICE, GPA, 0x2000).ram(RAM, new byte[0x1000])
                .code(CODE, HexFormat.of().parseHex(code.replace(" ", ""))).build();
    }

    public static TestMachine of(String code) {
        return new TestMachine(code);
    }

    public TestMachine with(int register, long value) {
        cpu.setGpr(register, value);
        return this;
    }

    /// A machine whose RDI points at the device, `offset` bytes in.
    public TestMachine at(long offset) {
        return with(Gpr.RDI, DEVICE + offset);
    }

    public MmioEngine engine() {
        return options.apply(MmioEngine.builder().bus(bus).observer((write, gpa, bytes, offset, size) -> {
            byte[] value = Arrays.copyOfRange(bytes, offset, offset + size);
            accesses.add(write ? DeviceAccess.write(gpa, value) : DeviceAccess.read(gpa, value));
        })).build();
    }

    public Outcome run() {
        try (MmioEngine engine = engine()) {
            return engine.handle(trap, cpu, memory);
        }
    }
}
