/** What stands in the place of the console where the sign-in failed. */
export const Welcome = ({ problem }: { problem: string }) => (
  <main class="welcome" id="main">
    <h1>Marketo destination</h1>
    <p role="alert">{problem}</p>
    <p>
      <a class="action" href="/console">
        Sign in
      </a>
    </p>
  </main>
);
