/* A prebuilt JupyterLab extension without a build: the container that module federation asks for, written by hand. */
(() => {
  const styles = new URL("lab.css", document.currentScript.src).href;

  function addStyles() {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = styles;
    document.head.append(link);
  }

  // JupyterLab shows no tags in the page, so a cell gets a class for each.
  function markCells(panel) {
    for (const cell of panel.content.widgets) {
      for (const tag of cell.model.getMetadata("tags") ?? []) {
        cell.node.classList.add(`sre-${tag}`);
      }
    }
  }

  const plugin = {
    id: "sre-review:meeting",
    autoStart: true,
    activate(app) {
      addStyles();
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew(panel) {
          const mark = () => markCells(panel);
          panel.context.ready.then(() => {
            mark();
            panel.content.model.cells.changed.connect(mark);
          });
        },
      });
      app.restored.then(() => app.shell.activateById("table-of-contents"));
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB["sre-review"] = {
    init: async () => {},
    get: async () => () => ({ __esModule: true, default: [plugin] }),
  };
})();
