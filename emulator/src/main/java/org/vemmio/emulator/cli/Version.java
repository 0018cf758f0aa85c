package org.vemmio.emulator.cli;

import java.lang.module.ModuleDescriptor;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.LibraryInfo;
import org.vemmio.decoder.ZydisException;
import picocli.CommandLine.IVersionProvider;

/// What `vemmio --version` prints: vemmio itself, Zydis and where it is, the JDK.
final class Version implements IVersionProvider {
    private static final String UNKNOWN = "of unknown version";

    @Override
    public String[] getVersion() {
        return new String[] {"vemmio " + vemmio(), zydis(), "JDK " + Runtime.version()};
    }

    private static String vemmio() {
        ModuleDescriptor module = Main.class.getModule().getDescriptor();
        return module == null ? UNKNOWN : module.rawVersion().orElse(UNKNOWN);
    }

    private static String zydis() {
        try {
            LibraryInfo library = Decoder.library();
            return "Zydis " + library.version() + " (" + library.path() + ")";
        } catch (ZydisException missing) {
            return String.valueOf(missing.getMessage());
        }
    }
}
