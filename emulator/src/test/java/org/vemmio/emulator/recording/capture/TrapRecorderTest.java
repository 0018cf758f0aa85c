package org.vemmio.emulator.recording.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.device.MmioDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplayResult;

/// A simulator with one device that counts its reads, and some memory.
class TrapRecorderTest {
    private static final long CODE = 0x40_0000;
    private static final long DEVICE = 0x10_0000;
    private static final long DEVICE_GPA = 0xfe00_0000L;
    private static final long RAM = 0x20_0000;

    @TempDir
    private Path folder;

    /// Counts its reads; at offset 0x800 it refuses.
    private static final class Counter implements MmioDevice {
        private long reads;

        @Override
        public long read(long offset, int size) {
            write(offset, size, 0);
            return ++reads;
        }

        @Override
        public void write(long offset, int size, long value) {
            if (offset == 0x800) {
                throw new DeviceRefusedException("not there");
            }
        }

        @Override
        public int widths() {
            return 1 | 2 | 4;
        }
    }

    private static MmioBus bus() {
        return DeviceMap.builder().add(DEVICE_GPA, 0x1000, new Counter()).build();
    }

    private static MemoryMap memory(String code) {
        return MemoryMap.builder().ram(CODE, HexFormat.of().parseHex(code + "cc".repeat(15)))
                .ram(RAM, new byte[0x2000]).device(DEVICE, DEVICE_GPA, 0x1000).build();
    }

    private static CpuState cpu() {
        CpuState cpu = new CpuState();
        cpu.setRip(CODE);
        cpu.setGpr(Gpr.RDI, DEVICE);
        cpu.setGpr(Gpr.RSI, RAM);
        return cpu;
    }

    private static Outcome handle(RecordingEngine engine, String code, CpuState cpu) {
        return engine.handle(Trap.at(DEVICE, DEVICE_GPA), cpu, memory(code));
    }

    private TrapRecorder recorder() throws IOException {
        return TrapRecorder.builder(file()).source("this test").processor("zen5").open();
    }

    private Path file() {
        return folder.resolve("some.jsonl.gz");
    }

    private List<RecordedTrap> recorded() {
        try (RecordingReader reader = RecordingReader.open(file())) {
            return reader.stream().toList();
        }
    }

    /// Replays everything, with the handler it was recorded with, and returns it.
    private List<RecordedTrap> replayed(String handler) {
        List<RecordedTrap> traps = recorded();
        MmioEngine.Builder engine = MmioEngine.builder().handler(TrapHandlers.named(handler));
        try (Replay replay = Replay.builder().engine(engine).build()) {
            assertThat(traps).isNotEmpty().allSatisfy(trap -> {
                ReplayResult result = replay.replay(trap);
                assertThat(result.differences()).isEmpty();
            });
        }
        return traps;
    }

    private List<RecordedTrap> record(String handler, CpuState cpu, String... codes) throws IOException {
        try (TrapRecorder recorder = recorder(); RecordingEngine engine =
                recorder.engine(MmioEngine.builder().handler(TrapHandlers.named(handler)), bus())) {
            for (String code : codes) {
                cpu.setRip(CODE);
                handle(engine, code, cpu);
            }
        }
        return replayed(handler);
    }

    @Test
    void recordsRegistersMemoryAndWhatTheDeviceAnswers() throws IOException {
        CpuState cpu = cpu();
        cpu.setGpr(Gpr.RCX, 3);
        RecordedTrap trap = record("architectural", cpu, "f3a4").getFirst();    // rep movsb
        assertThat(trap.accesses()).containsExactly(write(DEVICE_GPA, 1, 0), write(DEVICE_GPA + 1, 1, 0),
                write(DEVICE_GPA + 2, 1, 0));
        assertThat(trap.cpu().gpr(Gpr.RCX)).isEqualTo(3);
        assertThat(trap.guestMemory().ranges()).containsExactly(new ByteRange(RAM, new byte[3]));
        assertThat(trap.guestMemory().windows()).containsExactly(
                new DeviceWindow(DEVICE, DEVICE_GPA, 0x1000, OptionalInt.of(7)));
        Expectation.Emulated emulated = (Expectation.Emulated) trap.expectation().orElseThrow();
        assertThat(emulated.after().rip()).hasValue(CODE + 2);
        assertThat(emulated.after().gprs()).containsOnlyKeys(Gpr.RCX, Gpr.RSI, Gpr.RDI);
        try (RecordingReader reader = RecordingReader.open(file())) {
            assertThat(reader.header().processor()).isEqualTo("zen5");
        }
    }

    @Test
    void recordsMemoryAsItWasAndAsItIs() throws IOException {
        CpuState cpu = cpu();
        cpu.setGpr(Gpr.RDI, RAM + 0xfff);
        cpu.setGpr(Gpr.RSI, DEVICE);
        RecordedTrap trap = record("architectural", cpu, "66a5").getFirst();    // movsw, across a page
        assertThat(trap.guestMemory().ranges()).containsExactly(new ByteRange(RAM + 0xfff, new byte[1]),
                new ByteRange(RAM + 0x1000, new byte[1]));
        assertThat(trap.expectation().orElseThrow().after().memory()).containsExactly(
                new ByteRange(RAM + 0xfff, new byte[] {1}), new ByteRange(RAM + 0x1000, new byte[1]));
    }

    @Test
    void replaysInThePiecesThatTheDeviceTakes() throws IOException {
        RecordedTrap trap = record("architectural", cpu(), "488b07").getFirst();
        assertThat(trap.accesses()).containsExactly(read(DEVICE_GPA, 4, 1), read(DEVICE_GPA + 4, 4, 2));
    }

    @Test
    void recordsFailuresFaultsAndLateRefusals() throws IOException {
        CpuState cpu = cpu();
        cpu.setGpr(Gpr.RBX, DEVICE + 0x7fe);
        cpu.setGpr(Gpr.RDX, 0x6000_0000);
        List<RecordedTrap> traps = record("architectural", cpu,
                "dd07",             // fld: not executed
                "8a02",             // mov al, [rdx]: a page fault
                "668b8300000000",   // mov ax, [rbx]
                "8b4302");          // mov eax, [rbx + 2]: the device refuses
        assertThat(traps).map(trap -> trap.expectation().orElseThrow()).satisfiesExactly(
                refused -> assertThat(refused).isInstanceOfSatisfying(Expectation.Failed.class,
                        failed -> assertThat(failed.check()).isEqualTo("unsupported-instruction")),
                fault -> assertThat(fault).isInstanceOfSatisfying(Expectation.Exception.class, exception ->
                        assertThat(exception.event()).isEqualTo(new Expectation.Event(OptionalInt.of(14),
                                OptionalLong.of(0), OptionalLong.of(0x6000_0000)))),
                load -> assertThat(load).isInstanceOf(Expectation.Emulated.class),
                late -> assertThat(late).isInstanceOfSatisfying(Expectation.Failed.class, failed -> {
                    assertThat(failed.check()).isEqualTo("device-refused");
                    assertThat(failed.errno()).hasValue(Errno.EIO);
                }));
        List<RecordedTrap> linux = record("linux-tdx-6.1", cpu(), "f3a4", "8b07", "ff07");
        assertThat(linux).map(trap -> trap.expectation().orElseThrow().getClass().getSimpleName())
                .containsExactly("Failed", "Emulated", "Failed");
    }

    /// The device takes the first 4 bytes, and refuses the others.
    @Test
    void keepsTheAccessBeforeALateRefusal() throws IOException {
        CpuState cpu = cpu();
        cpu.setGpr(Gpr.RDI, DEVICE + 0x7fc);
        RecordedTrap trap = record("architectural", cpu, "488b07").getFirst();
        assertThat(trap.accesses()).containsExactly(read(DEVICE_GPA + 0x7fc, 4, 1));
        assertThat(trap.expectation()).containsInstanceOf(Expectation.Failed.class);
    }

    @Test
    void memoryThatMayNotBeWrittenIsAbsent() throws IOException {
        MemoryMap memory = MemoryMap.builder().ram(CODE, HexFormat.of().parseHex("a4")).readOnly(RAM, new byte[1])
                .device(DEVICE, DEVICE_GPA, 0x1000).build();
        CpuState cpu = cpu();
        cpu.setGpr(Gpr.RSI, DEVICE);
        cpu.setGpr(Gpr.RDI, RAM);
        try (TrapRecorder recorder = recorder();
                RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus())) {
            assertThat(engine.handle(Trap.at(DEVICE, DEVICE_GPA), cpu, memory)).isInstanceOf(Outcome.Exception.class);
        }
        RecordedTrap trap = replayed("architectural").getFirst();
        assertThat(((Expectation.Exception) trap.expectation().orElseThrow()).event().errorCode()).isEmpty();
        assertThat(trap.guestMemory().ranges()).isEmpty();
    }

    // Several calls

    @Test
    void aRepOfSeveralCallsIsOneTrapUnlessSomethingHappensInBetween() throws IOException {
        try (TrapRecorder recorder = recorder(); RecordingEngine engine =
                recorder.engine(MmioEngine.builder().repeatBound(2), bus())) {
            CpuState cpu = cpu();
            cpu.setGpr(Gpr.RCX, 5);
            MemoryMap memory = memory("f3ab");
            for (int call = 0; call < 3; call++) {
                engine.handle(Trap.at(cpu.gpr(Gpr.RDI), DEVICE_GPA), cpu, memory);
            }
            cpu = cpu();
            cpu.setGpr(Gpr.RCX, 3);
            engine.handle(Trap.at(DEVICE, DEVICE_GPA), cpu, memory);
            cpu.setGpr(Gpr.RBX, 1);
            engine.handle(Trap.at(DEVICE, DEVICE_GPA), cpu, memory);
            cpu = cpu();
            cpu.setGpr(Gpr.RCX, 9);
            engine.handle(Trap.at(DEVICE, DEVICE_GPA), cpu, memory);
        }
        List<RecordedTrap> traps = recorded();
        assertThat(traps).map(trap -> trap.accesses().size()).containsExactly(5, 2, 1, 2);
        assertThat(traps).map(trap -> ((Expectation.Emulated) trap.expectation().orElseThrow()).remaining())
                .containsExactly(false, true, false, true);
        try (Replay replay = Replay.builder().engine(MmioEngine.builder().repeatBound(2)).build()) {
            assertThat(traps).allSatisfy(trap -> assertThat(replay.replay(trap).differences()).isEmpty());
        }
    }

    @Test
    void whatThrowsLeavesNoTrap() throws IOException {
        MmioBus bus = new MmioBus() {
            @Override
            public long read(long gpa, int size) {
                throw new IllegalStateException("a defect of the simulator");
            }

            @Override
            public void write(long gpa, int size, long value) {
            }
        };
        try (TrapRecorder recorder = recorder();
                RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus)) {
            handle(engine, "8907", cpu());
            assertThatThrownBy(() -> handle(engine, "8b07", cpu())).hasMessage("a defect of the simulator");
            handle(engine, "8907", cpu());
        }
        assertThat(replayed("architectural")).hasSize(2).allSatisfy(trap ->
                assertThat(trap.accesses()).containsExactly(write(DEVICE_GPA, 4, 0)));
    }

    /// The first attempt of the compare-and-exchange comes too late.
    @Test
    void aValueThatChangesUnderALockedInstructionIsReadTwice() throws IOException {
        MmioBus bus = new MmioBus() {
            private long held = 5;

            @Override
            public long read(long gpa, int size) {
                return held++;
            }

            @Override
            public void write(long gpa, int size, long value) {
                throw new IllegalStateException();
            }

            @Override
            public boolean offersCompareAndExchange(long gpa, int size) {
                return true;
            }

            @Override
            public long compareAndExchange(long gpa, int size, long expected, long value) {
                return held;
            }
        };
        try (TrapRecorder recorder = recorder();
                RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus)) {
            handle(engine, "f0ff07", cpu());
        }
        assertThat(replayed("architectural").getFirst().accesses()).containsExactly(
                read(DEVICE_GPA, 4, 5), read(DEVICE_GPA, 4, 6), write(DEVICE_GPA, 4, 7));
    }

    // Several threads

    @Test
    void recordsFromSeveralThreads() throws Exception {
        int traps = 2000;
        try (TrapRecorder recorder = recorder(); ExecutorService processors = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                long tag = number;
                tasks.add(() -> {
                    try (RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus())) {
                        CpuState cpu = cpu();
                        cpu.setGpr(Gpr.R15, tag);
                        for (int i = 0; i < traps; i++) {
                            cpu.setRip(CODE);
                            handle(engine, "8b07", cpu);
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> task : processors.invokeAll(tasks)) {
                task.get();
            }
        }
        List<RecordedTrap> all = replayed("architectural");
        assertThat(all).hasSize(4 * traps);
        for (long number = 0; number < 4; number++) {
            long tag = number;
            assertThat(all.stream().filter(trap -> trap.cpu().gpr(Gpr.R15) == tag)
                    .map(trap -> trap.accesses().getFirst().value())).hasSize(traps).isSorted();
        }
    }

    // An engine of the simulator's own

    @Test
    void recordsWhatAnotherEngineDoes() throws IOException {
        CpuState cpu = cpu();
        LinearMemory ram = memory("890f");
        try (TrapRecorder recorder = recorder()) {
            TrapCapture capture = TrapCapture.begin(Trap.at(DEVICE, DEVICE_GPA), cpu, ram, bus());
            long gpa = capture.memory().translate(cpu.gpr(Gpr.RDI), 4, true, false);
            capture.bus().write(gpa, 4, cpu.gpr(Gpr.RCX));
            cpu.setRip(CODE + 2);
            recorder.write(capture.end(cpu, Expectation.Emulated::of));
            TrapCapture fault = TrapCapture.begin(Trap.at(DEVICE, DEVICE_GPA), cpu, ram, bus());
            recorder.write(fault.end(cpu, _ -> Expectation.Exception.of(Outcome.Exception.UD)));
        }
        List<RecordedTrap> traps = recorded();
        assertThat(traps.getFirst().accesses()).containsExactly(write(DEVICE_GPA, 4, 0));
        assertThat(traps.getLast().expectation()).hasValue(Expectation.Exception.of(Outcome.Exception.UD));
        try (Replay replay = Replay.builder().build()) {
            assertThat(replay.replay(traps.getFirst()).differences()).isEmpty();
        }
    }

    // What becomes of the file

    @Test
    void writesAtOnceBehindATrapThatIsNotEmulated() throws IOException {
        try (TrapRecorder recorder = recorder();
                RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus())) {
            handle(engine, "8b07", cpu());
            assertThat(recorded()).isEmpty();
            handle(engine, "dd07", cpu());
            assertThat(recorded()).hasSize(2);
        }
    }

    @Test
    void aRecordingThatCannotGoOnIsToldAtTheEndAndNotToTheGuest() throws IOException {
        TrapRecorder recorder = recorder();
        try (RecordingEngine engine = recorder.engine(MmioEngine.builder(), bus())) {
            handle(engine, "8b07", cpu());
            recorder.close();
            assertThat(handle(engine, "8b07", cpu())).isInstanceOf(Outcome.Emulated.class);
        }
        assertThat(recorded()).hasSize(1);
        assertThatThrownBy(recorder::close).isInstanceOf(IOException.class)
                .hasMessageStartingWith("the recording ended early: ");
    }

    @Test
    void aFileThatCannotBeWrittenToIsToldAtOnce() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        assertThatThrownBy(() -> TrapRecorder.builder(full).open()).isInstanceOf(IOException.class);
    }
}
