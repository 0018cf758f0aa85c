package org.vemmio.emulator.recording.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MmioDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingException;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;

/// A simulator that is killed while two of its processors are recorded.
class KilledRecorderTest {
    private static final int TRAPS = 300;
    private static final long CODE = 0x40_0000;
    private static final long DEVICE = 0x10_0000;
    private static final long DEVICE_GPA = 0xfe00_0000L;
    /// `mov eax, [rdi]`, `mov [rdi], rcx`, `rep stosb`, and `fld dword ptr [rdi]`, which is refused.
    private static final List<String> CODES = List.of("8b07", "48890f", "f3aa", "d907");

    @TempDir
    private Path folder;

    /// The simulator, which never ends by itself.
    static final class Simulator {
        private Simulator() {
        }

        /// Runs it.
        ///
        /// @param file where to record
        public static void main(String[] file) throws IOException {
            TrapRecorder recorder = TrapRecorder.builder(Path.of(file[0])).flushEvery(7).open();
            for (int processor = 0; processor < 2; processor++) {
                Thread.ofPlatform().start(() -> run(recorder));
            }
        }

        private static void run(TrapRecorder recorder) {
            long[] reads = {0};
            MmioDevice device = new MmioDevice() {
                @Override
                public long read(long offset, int size) {
                    return ++reads[0];
                }

                @Override
                public void write(long offset, int size, long value) {
                }
            };
            try (RecordingEngine engine = recorder.engine(MmioEngine.builder(),
                    DeviceMap.builder().add(DEVICE_GPA, 0x1000, device).build())) {
                CpuState cpu = new CpuState();
                for (int i = 0;; i++) {
                    cpu.setRip(CODE);
                    cpu.setGpr(Gpr.RDI, DEVICE);
                    cpu.setGpr(Gpr.RCX, 3);
                    byte[] code = HexFormat.of().parseHex(CODES.get(i % CODES.size()) + "cc".repeat(15));
                    engine.handle(Trap.at(DEVICE, DEVICE_GPA), cpu, MemoryMap.builder().ram(CODE, code)
                            .device(DEVICE, DEVICE_GPA, 0x1000).build());
                }
            }
        }
    }

    private static Process simulate(Path file) throws IOException {
        String name = Simulator.class.getName();
        String test = KilledRecorderTest.class.getName().replace('.', '/') + ".class";
        String here = String.valueOf(Simulator.class.getResource("KilledRecorderTest.class"))
                .replaceFirst("^file:", "").replace(test, "");
        String libraries = String.join(File.pathSeparator, here, System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path"));
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", libraries, name,
                file.toString()).inheritIO().start();
    }

    /// Kills the simulator when there are so many traps, at no moment in particular.
    private static void kill(Process simulator, Path file) throws InterruptedException {
        try {
            long traps = 0;
            while (traps < TRAPS) {
                assertThat(simulator.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(10);
                try (RecordingReader reader = RecordingReader.open(file)) {
                    traps = reader.header().traps();
                } catch (RecordingException early) {
                    // The file is not there yet.
                }
            }
        } finally {
            simulator.destroyForcibly().waitFor();
        }
    }

    /// Reads the traps of a file.
    ///
    /// @param traps is given those before the first problem
    /// @return the problem; empty if there is none
    private static String read(byte[] file, List<RecordedTrap> traps) {
        try (RecordingReader reader = RecordingReader.open("killed", new ByteArrayInputStream(file))) {
            reader.forEachRemaining(traps::add);
            assertThat(traps).hasSize((int) reader.header().traps());
            return "";
        } catch (RecordingException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl", "a.jsonl.gz"})
    @Timeout(60)
    void whatIsInTheFileIsReadAndWhatIsCutOffIsTold(String name) throws Exception {
        Path file = folder.resolve(name);
        kill(simulate(file), file);
        byte[] bytes = Files.readAllBytes(file);
        List<RecordedTrap> traps = new ArrayList<>();
        String problem = read(bytes, traps);
        assertThat(traps).hasSizeGreaterThanOrEqualTo(TRAPS);
        if (!problem.isEmpty()) {
            assertToldWithItsLine(problem, traps);
        }
        try (Replay replay = Replay.builder().build()) {
            assertThat(traps).allSatisfy(trap -> assertThat(replay.replay(trap).differences()).isEmpty());
        }
        for (int cut = 2; cut < 600; cut += 13) {
            List<RecordedTrap> left = new ArrayList<>();
            String told = read(Arrays.copyOf(bytes, bytes.length - cut), left);
            assertThat(left).isEqualTo(traps.subList(0, left.size()));
            if (problem.isEmpty()) {
                assertToldWithItsLine(told, left);
            }
        }
    }

    private static void assertToldWithItsLine(String problem, List<RecordedTrap> before) {
        assertThat(problem).matches(Pattern.compile("killed:(%d|%d)(:\\d+)?: [^\n]+".formatted(before.size() + 1,
                before.size() + 2)));
    }
}
