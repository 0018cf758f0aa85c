package org.vemmio.emulator.handler.linux;

import java.util.List;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlerProvider;

/// Brings [LinuxSevHandler].
public final class LinuxSevProvider implements TrapHandlerProvider {
    /// Made by [java.util.ServiceLoader].
    public LinuxSevProvider() {
    }

    @Override
    public String name() {
        return LinuxSevHandler.INSTANCE.name();
    }

    @Override
    public String shortName() {
        return "sev";
    }

    @Override
    public String description() {
        return "Linux as an SEV-ES or SEV-SNP guest";
    }

    @Override
    public List<TrapHandler> handlers() {
        return List.of(LinuxSevHandler.INSTANCE);
    }
}
