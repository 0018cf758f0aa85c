package org.vemmio.emulator.cli;

import java.util.Iterator;
import java.util.List;
import org.vemmio.emulator.handler.HandlerPathException;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlerProvider;
import org.vemmio.emulator.handler.TrapHandlers;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/// The handlers as the command line names them.
final class HandlerNames implements Iterable<String> {
    /// Where a help text lists the handlers. The list is made when the text is printed, not at every start.
    static final String HELP = "\n{handlers}\n";

    private static final String MARKER = "{handlers}";
    private static final String INDENT = "  ";

    @Override
    public Iterator<String> iterator() {
        return TrapHandlers.installed().names().iterator();
    }

    /// Returns the help of a command, with the handlers that it knows.
    static Help help(CommandSpec command, Help.ColorScheme colours) {
        return new Help(command, colours) {
            @Override
            public String footer(Object... parameters) {
                String footer = super.footer(parameters);
                return footer.contains(MARKER) ? footer.replace(MARKER, list(known(command))) : footer;
            }
        };
    }

    private static TrapHandlers known(CommandSpec command) {
        try {
            return command.mixins().values().stream().map(CommandSpec::userObject)
                    .filter(HandlerOptions.class::isInstance).map(HandlerOptions.class::cast)
                    .findFirst().map(HandlerOptions::handlers).orElseGet(TrapHandlers::installed);
        } catch (HandlerPathException wrong) {
            // In a help text picocli takes any other exception for a defect.
            throw new ExecutionException(command.commandLine(), wrong.problem(), wrong);
        }
    }

    private static String list(TrapHandlers handlers) {
        List<TrapHandlerProvider> providers = handlers.providers();
        int width = providers.stream().mapToInt(provider -> provider.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder("Handlers:");
        for (TrapHandlerProvider provider : providers) {
            String described = provider.description();
            List<String> versions = provider.handlers().stream().map(TrapHandler::name)
                    .filter(name -> !name.equals(provider.name())).toList();
            if (!versions.isEmpty()) {
                described += "; the newest of " + String.join(", ", versions);
            }
            String head = INDENT + provider.name() + " ".repeat(width - provider.name().length()) + INDENT;
            for (String line : Table.wrap(described, Table.WIDTH - head.length())) {
                text.append(System.lineSeparator()).append(head).append(line);
                head = " ".repeat(head.length());
            }
        }
        return text.toString();
    }

    /// Returns a handler's name, short enough for the head of a column.
    static String brief(TrapHandlers handlers, String name) {
        for (TrapHandlerProvider provider : handlers.providers()) {
            for (TrapHandler handler : provider.handlers()) {
                if (handler.name().equals(name) && name.startsWith(provider.name())) {
                    return provider.shortName() + name.substring(provider.name().length());
                }
            }
        }
        return name;
    }
}
