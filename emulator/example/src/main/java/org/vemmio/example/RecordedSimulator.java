package org.vemmio.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.capture.RecordingEngine;
import org.vemmio.emulator.recording.capture.TrapCapture;
import org.vemmio.emulator.recording.capture.TrapRecorder;

/// A machine of one instruction, whose trap is recorded twice: as vemmio deals with it, and as an engine of the
/// machine's own does.
final class RecordedSimulator {
    private static final long CODE = 0x40_0000;
    private static final long TABLE = 0xffff_c900_0000_0000L;
    private static final long TABLE_GPA = 0xfe00_0000L;

    private RecordedSimulator() {
    }

    static void record(Path file) throws IOException {
        byte[] load = HexFormat.of().parseHex("8b07");
        LinearMemory memory = MemoryMap.builder().ram(CODE, load).device(TABLE, TABLE_GPA, 0x1000).build();
        MmioBus bus = DeviceMap.builder().add(TABLE_GPA, 4, MemoryDevice.of(new byte[] {1, 2, 3, 4})).build();
        CpuState cpu = new CpuState();
        cpu.setRip(CODE);
        cpu.setGpr(Gpr.RDI, TABLE);
        Trap trap = Trap.at(TABLE, TABLE_GPA);
        // [record]
        try (TrapRecorder recorder = TrapRecorder.builder(file).title("a table").source("my simulator").open();
                RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus)) {
            engine.handle(trap, cpu, memory);

            // or, around an engine of your own:
            cpu.setRip(CODE);
            TrapCapture capture = TrapCapture.begin(trap, cpu, memory, bus);
            load(cpu, capture.memory(), capture.bus());
            recorder.write(capture.end(cpu, Expectation.Emulated::of));
        }
        // [record]
    }

    private static void load(CpuState cpu, LinearMemory memory, MmioBus bus) {
        cpu.setGpr(Gpr.RAX, bus.read(memory.translate(cpu.gpr(Gpr.RDI), 4, false, false), 4));
        cpu.setRip(cpu.rip() + 2);
    }
}
