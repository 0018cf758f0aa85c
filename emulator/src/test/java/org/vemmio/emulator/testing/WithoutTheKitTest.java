package org.vemmio.emulator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What JUnit, AssertJ and JSpecify are to users of the other packages: nothing. A module that has none of them is
/// compiled, with warnings as errors, and run.
class WithoutTheKitTest {
    private static final Pattern OPTIONAL =
            Pattern.compile("junit|assertj|opentest4j|apiguardian|byte-buddy|jspecify");

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("src/simulator"));
        Files.writeString(folder.resolve("src/module-info.java"), """
                module simulator {
                    requires org.vemmio.emulator;
                }
                """);
        Files.writeString(folder.resolve("src/simulator/Main.java"), """
                package simulator;

                import org.vemmio.emulator.cpu.CpuState;
                import org.vemmio.emulator.cpu.Trap;
                import org.vemmio.emulator.device.DeviceMap;
                import org.vemmio.emulator.engine.MmioEngine;
                import org.vemmio.emulator.memory.MemoryMap;
                import org.vemmio.emulator.outcome.Outcome;

                class Main {
                    public static void main(String[] args) {
                        byte[] load = {(byte) 0xd9, 0x07};
                        try (MmioEngine engine = MmioEngine.builder().bus(DeviceMap.builder().build()).build()) {
                            Outcome outcome = engine.handle(Trap.at(0, 0), new CpuState(),
                                    MemoryMap.builder().code(0, load).build());
                            switch (outcome) {
                                case Outcome.Emulated emulated -> System.out.println(emulated);
                                case Outcome.Exception exception -> System.out.println(exception);
                                case Outcome.Failed failed -> System.out.println(failed.failure().check().label());
                            }
                        }
                    }
                }
                """);
    }

    @Test
    void aModuleCompilesAndRuns() throws IOException, InterruptedException {
        String classes = folder.resolve("classes").toString();
        StringWriter messages = new StringWriter();
        PrintWriter writer = new PrintWriter(messages);
        int status = ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, "-Xlint:all", "-Werror",
                "-p", modulePath(), "-d", classes, source("module-info.java"), source("simulator/Main.java"));
        assertThat(messages.toString()).isEmpty();
        assertThat(status).isZero();

        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=org.vemmio.zydis", "-p", modulePath() + File.pathSeparator + classes,
                "-m", "simulator/simulator.Main").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).isEqualTo("unsupported-instruction" + System.lineSeparator());
        assertThat(process.waitFor()).isZero();
    }

    private String source(String file) {
        return folder.resolve("src").resolve(file).toString();
    }

    /// Returns the module path of this test, without what is optional.
    private static String modulePath() {
        List<String> needed = new ArrayList<>();
        List<String> optional = new ArrayList<>();
        for (String entry : System.getProperty("jdk.module.path").split(File.pathSeparator)) {
            (OPTIONAL.matcher(Path.of(entry).getFileName().toString()).find() ? optional : needed).add(entry);
        }
        assertThat(optional).as("what this test reads itself").isNotEmpty();
        return String.join(File.pathSeparator, needed);
    }
}
