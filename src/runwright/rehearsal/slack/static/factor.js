// The page for the second factor, which has no form.
"use strict";
{
  const field = document.getElementById("factor");
  const send = async () => {
    const answer = await call("/signin/factor", { code: field.value });
    if (answer.ok) location.href = answer.to; else showMessage(document.querySelector(".error"), answer.message || answer.error);
  };
  document.getElementById("factor_send").addEventListener("click", send);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") send(); });
}
