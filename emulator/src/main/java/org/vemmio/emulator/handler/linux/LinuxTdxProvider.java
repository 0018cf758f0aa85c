package org.vemmio.emulator.handler.linux;

import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlerProvider;

/// Brings [LinuxTdxHandler] of every [KernelVersion].
public final class LinuxTdxProvider implements TrapHandlerProvider {
    /// Made by [java.util.ServiceLoader].
    public LinuxTdxProvider() {
    }

    @Override
    public String name() {
        return LinuxTdxHandler.FAMILY;
    }

    @Override
    public String shortName() {
        return "tdx";
    }

    @Override
    public String description() {
        return "Linux as a TDX guest";
    }

    @Override
    public List<TrapHandler> handlers() {
        return Arrays.stream(KernelVersion.values()).<TrapHandler>map(LinuxTdxHandler::of).toList();
    }
}
