package org.vemmio.emulator.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/// The handlers that a command knows: those that are installed, and those that `--handler-path` adds.
final class HandlerOptions {
    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private final OptionSpec path = Declared.option("JAR", "A jar with further handlers, or a folder of jars; or"
            + " several with ${sys:path.separator} between.", "--handler-path").type(List.class)
            .auxiliaryTypes(String.class).build();
    private final CommandSpec command;

    private @Nullable TrapHandlers handlers;

    /// Makes them known to the command's help.
    HandlerOptions(CommandSpec command) {
        this.command = command;
        command.addMixin("handlers", CommandSpec.wrapWithoutInspection(this));
    }

    /// Returns the option `--handler-path`, for the command to add.
    OptionSpec path() {
        return path;
    }

    /// Returns the handlers, loaded when first asked for.
    TrapHandlers handlers() {
        if (handlers == null) {
            handlers = TrapHandlers.on(entries());
        }
        return handlers;
    }

    private List<Path> entries() {
        List<Path> entries = new ArrayList<>();
        for (String words : Declared.<String>values(path)) {
            for (String word : SEPARATOR.split(words, -1)) {
                if (word.isEmpty()) {
                    throw new ParameterException(command.commandLine(), "--handler-path: the name of a jar is empty");
                }
                entries.add(Input.path(word));
            }
        }
        return entries;
    }

    /// Returns the handler that `--handler` names.
    TrapHandler handler(String name) {
        try {
            return handlers().get(name);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(command.commandLine(), "--handler: " + unknown.getMessage(), unknown);
        }
    }
}
