package org.vemmio.emulator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Runs several commands in one JVM, for the build to see what the start-up cache of the runtime image must hold:
/// `src/image/finish-image.sh`. No command uses it.
final class Rehearsal {
    private Rehearsal() {
    }

    /// Runs each line of standard input, words with single blanks between, as `vemmio` would, and ends as it does.
    ///
    /// @param arguments none
    public static void main(String... arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Main.run(line.split(" "));
        }
        System.exit(Main.FINE);
    }
}
