/**
 * A stand-in for the first of Munchkin's two scripts: it makes the global `Munchkin`, whose calls
 * wait until the second, the tracker, has been loaded by `init`.
 */
(() => {
  if (window.Munchkin) return;
  const { origin } = new URL(document.currentScript.src);
  const early = [];
  const later =
    (name) =>
    (...given) => {
      if (window.MunchkinTracker) window.MunchkinTracker[name](...given);
      else early.push([name, given]);
    };

  let isLoading = false;
  const init = (...given) => {
    later('init')(...given);
    if (isLoading) return;
    isLoading = true;
    const script = document.createElement('script');
    script.src = `${origin}/164/munchkin.js`;
    script.onload = () => {
      for (const [name, calls] of early.splice(0)) window.MunchkinTracker[name](...calls);
    };
    document.head.append(script);
  };

  const munchkinFunction = later('munchkinFunction');
  const createTrackingCookie = later('createTrackingCookie');
  window.Munchkin = { init, munchkinFunction, createTrackingCookie };
  window.mktoMunchkin = init;
  window.mktoMunchkinFunction = munchkinFunction;
})();
