// The chosen contract's document, drawn by Swagger UI; calls go to this server with the key the reader types in.
const chosen = document.querySelector("nav [aria-current]");

window.SwaggerUIBundle({
  url: chosen.dataset.document,
  dom_id: "#document",
  deepLinking: true,
  docExpansion: "list",
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null, // never ask a server elsewhere
});
