package org.vemmio.emulator.cli;

import java.lang.module.ModuleDescriptor;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code vemmio} command. */
@Command(name = "vemmio", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "Tells what becomes of an instruction that touched a device and trapped.")
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Made by picocli. */
    Main() {
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /**
     * Runs the command and ends the JVM with its exit code.
     *
     * @param arguments the words of the command line
     */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    /** Reads the version that the build wrote into the module's descriptor. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            ModuleDescriptor module = Main.class.getModule().getDescriptor();
            return new String[] {"vemmio " + (module == null ? "" : module.rawVersion().orElse(""))};
        }
    }
}
