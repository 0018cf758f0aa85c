package org.vemmio.zydis;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The library of the tests' own JVM; and a program that loads one in a JVM of its own and tells what came of it.
final class LoadedLibrary {
    private LoadedLibrary() {
    }

    /// {@return a file that is known to be a Zydis library}
    static Path file() {
        return Path.of(ZydisLibrary.load().location());
    }

    /// Prints location and version, or the message of the failure.
    public static void main(String... arguments) {
        try {
            ZydisLibrary library = ZydisLibrary.load();
            System.out.println(library.location() + " " + library.version());
        } catch (LibraryException e) {
            System.out.println(e.getMessage());
        }
    }

    /// Runs the program.
    ///
    /// @param bindings a folder or jar with the classes under test
    /// @param options for the JVM
    /// @param environment variables set for it
    /// @return all that it prints
    static String inNewJvm(Path bindings, List<String> options, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", bindings + ":" + folderOf(LoadedLibrary.class), LoadedLibrary.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove(LibraryFile.ENVIRONMENT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return printed.strip();
    }

    /// {@return the folder that a class was loaded from}
    static Path folderOf(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        Path file = Path.of(URI.create(type.getResource("/" + resource).toString()));
        return file.resolve("../".repeat(resource.split("/").length)).normalize();
    }
}
