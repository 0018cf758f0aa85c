package org.vemmio.zydis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bundle-zydis.sh` with stand-ins for Debian's tools: a package is a line of text, and known if it is "good".
class BundleScriptTest {
    private static final String LIBRARY = "libZydis.so.4.0";
    private static final Map<String, String> TOOLS = Map.of(
            "apt-get", """
                    echo called >> "$TOOLS/calls"
                    [ "$PACKAGE" ] || { echo "E: no network"; exit 100; }
                    sleep 0.3
                    echo "$PACKAGE" > libzydis4.0_4.0.0-1_amd64.deb""",
            "dpkg", "echo amd64",
            "dpkg-deb", """
                    mkdir -p "$3/usr/share/doc/libzydis4.0" "$3/usr/lib/x86_64-linux-gnu"
                    echo MIT > "$3/usr/share/doc/libzydis4.0/copyright"
                    cp "$2" "$3/usr/lib/x86_64-linux-gnu/libZydis.so.4.0\"""",
            "sha256sum", "read -r sum file && grep -qx good \"$file\"");

    @TempDir
    private Path folder;
    private Path bundle;

    @BeforeEach
    void putToolsInPlace() throws IOException {
        for (Map.Entry<String, String> tool : TOOLS.entrySet()) {
            Path file = folder.resolve(tool.getKey());
            Files.writeString(file, "#!/bin/sh\nset -e\n" + tool.getValue() + "\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        bundle = Files.createDirectories(folder.resolve("build/zydis"));
    }

    private Process start(String fetched) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", Path.of("bundle-zydis.sh").toAbsolutePath().toString(),
                bundle.toString()).redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().putAll(Map.of("TOOLS", folder.toString(), "PACKAGE", fetched));
        return builder.start();
    }

    /// Returns what a run prints, after its exit code.
    private static String result(Process process) throws IOException, InterruptedException {
        String printed = new String(process.getInputStream().readAllBytes());
        return process.waitFor() + " " + printed;
    }

    private void fill(String library) throws IOException {
        Files.writeString(bundle.resolve(LIBRARY), library);
        Files.writeString(bundle.resolve("copyright"), "MIT\n");
    }

    @Test
    void severalAtOnceSucceedAndOneFetches() throws Exception {
        List<Process> builds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            builds.add(start("good"));
        }
        for (Process build : builds) {
            assertThat(result(build)).isEqualTo("0 ");
        }
        assertThat(bundle.resolve(LIBRARY)).hasContent("good");
        assertThat(folder.resolve("calls")).hasContent("called");
        try (Stream<Path> left = Files.list(bundle.getParent())) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("zydis", "zydis.lock");
        }
    }

    @Test
    void leavesTheKnownLibraryAlone() throws Exception {
        fill("good\n");

        assertThat(result(start(""))).isEqualTo("0 ");
        assertThat(folder.resolve("calls")).doesNotExist();
    }

    @Test
    void replacesAnotherLibraryThatIsThere() throws Exception {
        fill("damaged\n");

        assertThat(result(start("good"))).isEqualTo("0 bundle-zydis: the libZydis.so.4.0 that is there is not the one "
                + "that is known by its SHA-256, and is removed\n");
        assertThat(bundle.resolve(LIBRARY)).hasContent("good");
    }

    @Test
    void bundlesNoLibraryRatherThanAnother() throws Exception {
        fill("damaged\n");

        assertThat(result(start(""))).startsWith("0 ").contains("APT: no network", "Zydis is not bundled");
        assertThat(bundle.resolve(LIBRARY)).doesNotExist();
    }

    @Test
    void stopsAtAnotherPackage() throws Exception {
        assertThat(result(start("forged"))).isEqualTo("1 bundle-zydis: libzydis4.0_4.0.0-1_amd64.deb is not the one "
                + "that is known by its SHA-256, and is not used\n");
        assertThat(bundle).isEmptyDirectory();
    }
}
