package org.vemmio.emulator.recording.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.X87Registers;
import org.vemmio.emulator.recording.X87Registers.Extended;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;

/// What MMX instructions do to the x87 state (Intel SDM vol. 1, 9.5.1) is recorded, and replayed.
class RecordedX87Test {
    private static final long DEVICE = 0x10_0000;
    private static final long DEVICE_GPA = 0xfe00_0000L;
    private static final Trap TRAP = Trap.at(DEVICE, DEVICE_GPA);
    private static final String READ_MM5 = "0f6f2f";
    private static final String WRITE_MM6 = "0f7f37";
    private static final String READ_RAX = "488b07";
    private static final long ONE = Long.MIN_VALUE;

    @TempDir
    private Path folder;

    private static MmioBus bus() {
        return DeviceMap.builder().add(DEVICE_GPA, 8, MemoryDevice.of(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0x80}))
                .build();
    }

    private static MemoryMap memory(String code) {
        return MemoryMap.builder().ram(0, HexFormat.of().parseHex(code + "cc".repeat(15)))
                .device(DEVICE, DEVICE_GPA, 0x1000).build();
    }

    private static CpuState cpu() {
        CpuState cpu = new CpuState();
        cpu.setGpr(Gpr.RDI, DEVICE);
        return cpu;
    }

    /// ST(0) is register 5 and holds 1.0; the condition codes are set.
    private static CpuState cpuThatComputes() {
        CpuState cpu = cpu();
        cpu.setX87Control(0x27f);
        cpu.setX87Status(0x6f00);
        cpu.setX87Tag(0xf3ff);
        cpu.setMmx(5, ONE);
        cpu.setX87Exponent(5, 0x3fff);
        return cpu;
    }

    private List<RecordedTrap> replayed(Path file) {
        try (RecordingReader reader = RecordingReader.open(file); Replay replay = Replay.builder().build()) {
            List<RecordedTrap> traps = reader.stream().toList();
            assertThat(traps).isNotEmpty()
                    .allSatisfy(trap -> assertThat(replay.replay(trap).differences()).isEmpty());
            return traps;
        }
    }

    /// Records one instruction after another by an engine, with the registers that the last has left.
    private List<RecordedTrap> recorded(CpuState cpu, String... codes) throws IOException {
        Path file = folder.resolve("x87.jsonl");
        try (TrapRecorder recorder = TrapRecorder.builder(file).open();
                RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus())) {
            for (String code : codes) {
                cpu.setRip(0);
                engine.handle(TRAP, cpu, memory(code));
            }
        }
        return replayed(file);
    }

    private static X87Registers after(RecordedTrap trap) {
        return trap.expectation().map(Expectation::after).map(StateAfter::x87).orElseThrow();
    }

    private static X87Registers words(int status, int tag) {
        return new X87Registers(OptionalInt.empty(), OptionalInt.of(status), OptionalInt.of(tag), Map.of());
    }

    @Test
    void anMmxInstructionMakesTheTopOfStack0AndEveryTagValid() throws IOException {
        CpuState cpu = cpuThatComputes();
        CpuState before = CpuState.copyOf(cpu);
        List<RecordedTrap> traps = recorded(cpu, WRITE_MM6, READ_MM5, READ_RAX);
        assertThat(traps.getFirst().cpu()).isEqualTo(before);
        assertThat(traps).map(RecordedX87Test::after)
                .containsExactly(words(0x4700, 0), X87Registers.NONE, X87Registers.NONE);
        assertThat(traps.get(1).cpu().x87Exponent(5)).isEqualTo(0x3fff);
        assertThat(traps.get(2).cpu().x87Exponent(5)).isEqualTo(0xffff);
    }

    /// The significand that is read is the one that was there.
    @Test
    void anExponentThatChangesAloneIsRecorded() throws IOException {
        CpuState cpu = cpuThatComputes();
        cpu.setMmx(5, 0x8007_0605_0403_0201L);
        cpu.setX87Exponent(5, 0x3fff);
        assertThat(after(recorded(cpu, READ_MM5).getFirst()).stack())
                .isEqualTo(Map.of(5, new Extended(0x8007_0605_0403_0201L, 0xffff)));
    }

    @Test
    void ofAFreshProcessorTheTagsAreRecorded() throws IOException {
        List<RecordedTrap> traps = recorded(cpu(), READ_RAX, READ_MM5, WRITE_MM6);
        assertThat(traps).map(RecordedX87Test::after).containsExactly(X87Registers.NONE,
                new X87Registers(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0), Map.of()),
                X87Registers.NONE);
    }

    /// As FLD does: a simulator's own engine pushes 1.0 and, by another rounding, leaves another control word.
    @Test
    void recordsWhatAnotherEngineDoes() {
        CpuState cpu = cpuThatComputes();
        TrapCapture capture = TrapCapture.begin(TRAP, cpu, memory("dd07"), bus());
        cpu.setX87Control(0x37f);
        cpu.setX87Status(0x6700);
        cpu.setX87Tag(0xf0ff);
        cpu.setMmx(4, ONE);
        cpu.setX87Exponent(4, 0x3fff);
        RecordedTrap trap = capture.end(cpu, Expectation.Emulated::of);
        assertThat(after(trap)).isEqualTo(new X87Registers(OptionalInt.of(0x37f), OptionalInt.of(0x6700),
                OptionalInt.of(0xf0ff), Map.of(0, new Extended(ONE, 0x3fff))));
        CpuState told = trap.cpu();
        trap.expectation().orElseThrow().after().applyTo(told);
        assertThat(told).isEqualTo(cpu);
    }
}
