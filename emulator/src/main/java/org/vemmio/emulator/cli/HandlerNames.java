package org.vemmio.emulator.cli;

import java.util.Iterator;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// The handlers as the command line names them.
final class HandlerNames implements Iterable<String> {
    /// The names, for a help text.
    static final String HELP = """

            Handlers:
              architectural  the processor itself
              linux-tdx      Linux as a TDX guest, of the newest kernel known; or of one:
                             linux-tdx-5.19, linux-tdx-6.1, linux-tdx-6.5, linux-tdx-6.12
              linux-sev      Linux as an SEV-ES or SEV-SNP guest
            """;

    private static final String LINUX = "linux-";

    /// Made by picocli.
    HandlerNames() {
    }

    @Override
    public Iterator<String> iterator() {
        return TrapHandlers.installed().names().iterator();
    }

    /// Returns the handler that `--handler` names.
    static TrapHandler handler(CommandLine command, String name) {
        try {
            return TrapHandlers.named(name);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(command, "--handler: " + unknown.getMessage(), unknown);
        }
    }

    /// Returns a name short enough for the head of a column.
    static String brief(String name) {
        return name.startsWith(LINUX) ? name.substring(LINUX.length()) : name.equals("architectural") ? "arch" : name;
    }
}
