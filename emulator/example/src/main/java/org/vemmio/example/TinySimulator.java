package org.vemmio.example;

import java.util.HexFormat;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MmioDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// A machine whose every instruction talks to a serial port, and therefore traps.
final class TinySimulator {
    private static final long CODE = 0x40_0000;
    private static final long UART = 0x10_0000;
    private static final long UART_GPA = 0xfe00_0000L;

    private TinySimulator() {
    }

    /// Runs a program until it ends, and returns what it sent to the serial port.
    static String run(String program) {
        // [simulator]
        StringBuilder sent = new StringBuilder();
        MmioDevice uart = new MmioDevice() {
            @Override
            public long read(long offset, int size) {
                return offset == 5 ? 0x20 : 0;
            }

            @Override
            public void write(long offset, int size, long value) {
                sent.append((char) value);
            }
        };
        byte[] code = HexFormat.of().parseHex(program);
        MemoryMap memory = MemoryMap.builder().ram(CODE, code).device(UART, UART_GPA, 0x1000).build();
        CpuState cpu = new CpuState();
        cpu.setRip(CODE);
        cpu.setGpr(Gpr.RDI, UART);
        DeviceMap bus = DeviceMap.builder().add(UART_GPA, 0x1000, uart).build();
        try (MmioEngine engine = MmioEngine.builder().bus(bus).build()) {
            while (cpu.rip() < CODE + code.length) {
                Outcome outcome = engine.handle(Trap.at(UART, UART_GPA), cpu, memory);
                switch (outcome) {
                    case Outcome.Emulated emulated -> { }
                    case Outcome.Exception fault -> throw new IllegalStateException("inject " + fault);
                    case Outcome.Failed failed -> throw new IllegalStateException(failed.failure().toString());
                }
            }
        }
        return sent.toString();
        // [simulator]
    }
}
