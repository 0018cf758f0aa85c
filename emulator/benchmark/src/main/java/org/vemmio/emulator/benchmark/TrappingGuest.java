package org.vemmio.emulator.benchmark;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// A virtual processor with instructions that trap in turn, on a device of two pages that behaves as memory. Every
/// outcome is expected to be [Outcome.Emulated] and complete.
final class TrappingGuest implements AutoCloseable {
    static final long CODE = 0xffff_ffff_8100_0000L;
    static final long DEVICE = 0xffff_c900_0000_0000L;
    static final long GPA = 0xfe00_0000L;
    static final long RAM = 0xffff_8880_0000_0000L;
    static final int PAGE = 0x1000;
    private static final int SPACING = 16;
    private static final byte NOP = (byte) 0x90;

    final CpuState cpu = new CpuState();
    final MemoryMap memory;
    private final Trap trap = Trap.at(DEVICE, GPA);
    private final MmioEngine engine;
    private final int count;
    private int next;

    /// Creates a processor with RDI at the device, and RSI at ordinary memory.
    ///
    /// @param bus has the device
    /// @param codes the instructions in hexadecimal
    TrappingGuest(String handler, DeviceMap bus, List<String> codes) {
        this(MmioEngine.builder().handler(TrapHandlers.named(handler)), bus, codes);
    }

    /// Creates a processor whose engine is made of `builder` and the bus, as the other constructor does else.
    TrappingGuest(MmioEngine.Builder builder, DeviceMap bus, List<String> codes) {
        count = codes.size();
        byte[] code = new byte[count * SPACING];
        Arrays.fill(code, NOP);
        for (int i = 0; i < count; i++) {
            byte[] bytes = HexFormat.of().parseHex(codes.get(i));
            System.arraycopy(bytes, 0, code, i * SPACING, bytes.length);
        }
        memory = MemoryMap.builder().ram(CODE, code).ram(RAM, ramContents()).device(DEVICE, GPA, 2 * PAGE).build();
        engine = builder.bus(bus).build();
        cpu.setGpr(Gpr.RDI, DEVICE);
        cpu.setGpr(Gpr.RSI, RAM);
    }

    /// {@return a bus with the device}
    ///
    /// @param contents what the device holds, up to two pages of it
    static DeviceMap bus(byte... contents) {
        return DeviceMap.builder().add(GPA, 2 * PAGE, MemoryDevice.of(Arrays.copyOf(contents, 2 * PAGE))).build();
    }

    static byte[] ramContents() {
        byte[] bytes = new byte[PAGE];
        for (int i = 0; i < PAGE; i++) {
            bytes[i] = (byte) (i + 1);
        }
        return bytes;
    }

    /// Traps with the next instruction.
    Outcome trap() {
        next = next + 1 == count ? 0 : next + 1;
        return trap(next);
    }

    /// Traps with instruction `number`.
    Outcome trap(int number) {
        cpu.setRip(CODE + number * (long) SPACING);
        return engine.handle(trap, cpu, memory);
    }

    GuestKernel kernel() {
        return engine.kernel();
    }

    @Override
    public void close() {
        engine.close();
    }
}
