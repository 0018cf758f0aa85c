package org.vemmio.emulator.policy.yaml;

import java.io.IOException;
import java.nio.file.Path;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.input.InputException;
import org.vemmio.emulator.input.TextFiles;
import org.vemmio.emulator.policy.FailurePolicy;

/// Reads policy files; [FailurePolicy#text] writes them.
public final class PolicyFile {
    private PolicyFile() {
    }

    /// Reads a policy file, in UTF-8, whose handlers are of those [TrapHandlers#installed].
    ///
    /// @throws PolicyFileException if it cannot be read, or is not as the package description says
    public static FailurePolicy read(Path file) {
        return read(file, TrapHandlers.installed());
    }

    /// Reads a policy file, in UTF-8, of at most 1 MiB.
    ///
    /// @param handlers of which it may name some; an engine with the policy has to know them, too
    /// @throws PolicyFileException as [#read(Path)]
    public static FailurePolicy read(Path file, TrapHandlers handlers) {
        try {
            return parse(file.toString(), TextFiles.read(file), handlers);
        } catch (IOException e) {
            throw new PolicyFileException(file.toString(), 0, 0, InputException.reason(e));
        }
    }

    /// Makes a policy of the text of a policy file, whose handlers are of those [TrapHandlers#installed].
    ///
    /// @param file what messages call the file; where the text gives the policy no name, it gets this one, without the
    ///     folders before it and without the ending `.yaml` or `.yml`
    /// @throws PolicyFileException if it is not as the package description says
    public static FailurePolicy parse(String file, String text) {
        return parse(file, text, TrapHandlers.installed());
    }

    /// Makes a policy of the text of a policy file.
    ///
    /// @param file as for [#parse(String, String)]
    /// @param handlers as for [#read(Path, TrapHandlers)]
    /// @throws PolicyFileException if it is not as the package description says
    public static FailurePolicy parse(String file, String text, TrapHandlers handlers) {
        return PolicyReader.read(file, text, handlers);
    }
}
