package org.vemmio.emulator.policy.yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vemmio.emulator.input.InputException;
import org.vemmio.emulator.policy.FailurePolicy;

/// Reads policy files; [FailurePolicy#text] writes them.
public final class PolicyFile {
    private PolicyFile() {
    }

    /// Reads a policy file, in UTF-8.
    ///
    /// @throws PolicyFileException if it cannot be read, or is not as the package description says
    public static FailurePolicy read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new PolicyFileException(file.toString(), 0, 0, InputException.reason(e));
        }
    }

    /// Makes a policy of the text of a policy file.
    ///
    /// @param file what messages call the file; where the text gives the policy no name, it gets this one, without the
    ///     folders before it and without the ending `.yaml` or `.yml`
    /// @throws PolicyFileException if it is not as the package description says
    public static FailurePolicy parse(String file, String text) {
        return PolicyReader.read(file, text);
    }
}
