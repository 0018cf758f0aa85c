package org.vemmio.emulator.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.yaml.PolicyFile;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// The policies as the command line names them.
final class PolicyNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return FailurePolicy.presets().iterator();
    }

    /// Returns the policy that `--policy` names; a preset goes before a file of the same name.
    ///
    /// @param handlers of which a file may name some
    static FailurePolicy policy(CommandLine command, String name, TrapHandlers handlers) {
        if (FailurePolicy.presets().contains(name)) {
            return FailurePolicy.preset(name);
        }
        Path file = Input.path(name);
        if (!Files.exists(file)) {
            throw new ParameterException(command, "--policy: '%s' is no preset and no file; %s"
                    .formatted(name, Suggestions.hint(name, FailurePolicy.presets(), "presets are")));
        }
        return PolicyFile.read(file, handlers);
    }
}
