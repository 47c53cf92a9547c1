// The little that a published form does in the browser, and the script with which another page shows it. The form works
// without either.

import { LINK_TAGS } from './form-answers.ts'

/** Runs in the form's own page: the phone's mask, one submission at a time, its height for the page around it. */
export const pageScript = `(()=>{
const form=document.querySelector('form'),body=document.body,id=body.dataset.form;
const tell=(said)=>{if(parent!==window)parent.postMessage({type:'fluxolab:form',id,...said},'*')};
const mask=(text)=>{if(text.trim().startsWith('+'))return text;const d=text.replace(/\\D/g,'').slice(0,11);
if(d.length<3)return d;const cut=d.length>10?7:6;
return '('+d.slice(0,2)+') '+d.slice(2,cut)+(d.length>cut?'-'+d.slice(cut):'')};
document.querySelectorAll('[data-phone]').forEach((input)=>input.addEventListener('input',()=>{
if(input.selectionStart===input.value.length)input.value=mask(input.value)}));
const trouble=document.querySelector('.trouble');if(trouble)trouble.focus();
if(form)form.addEventListener('submit',(event)=>{const key=body.dataset.v3,field=form.elements['g-recaptcha-response'];
if(key&&field&&!field.value&&window.grecaptcha){event.preventDefault();
grecaptcha.ready(()=>grecaptcha.execute(key,{action:'submit'}).then((token)=>{field.value=token;form.requestSubmit()}));return}
form.querySelector('button').disabled=true});
addEventListener('pageshow',()=>{const button=form&&form.querySelector('button');if(button)button.disabled=false});
const sent=document.querySelector('[data-submitted]');if(sent)tell({submitted:true,redirect:sent.dataset.redirect||null});
const size=()=>tell({height:Math.ceil(document.documentElement.getBoundingClientRect().height)});
size();new ResizeObserver(size).observe(document.documentElement)})()`

/**
 * What `<script src="…/f/<form>.js">` does: a frame of the form at its place, as high as the form is, with the campaign
 * fields of the page around it. `data-target` names another place, `data-lang` a language.
 */
export function embedScript(formId: string, title: string): string {
  return `(()=>{const me=document.currentScript,origin=new URL(me.src).origin,here=new URLSearchParams(location.search);
const query=new URLSearchParams({embed:'1',lang:me.dataset.lang||document.documentElement.lang||'pt-BR'});
for(const name of ${JSON.stringify(LINK_TAGS)}){const value=here.get(name);if(value)query.set(name,value.slice(0,300))}
if(document.referrer)query.set('referrer',document.referrer.slice(0,300));
query.set('landing_page',(location.origin+location.pathname).slice(0,300));
const frame=document.createElement('iframe');frame.src=origin+'/f/${formId}?'+query;frame.title=${jsText(title)};
frame.style.cssText='width:100%;border:0;height:480px;color-scheme:normal';
addEventListener('message',({source,origin:from,data})=>{
if(source!==frame.contentWindow||from!==origin||!data||data.type!=='fluxolab:form')return;
if(data.height)frame.style.height=data.height+'px';
if(data.submitted){dispatchEvent(new CustomEvent('fluxolab:submitted',{detail:{form:data.id}}));
if(/^https:/.test(data.redirect||''))location.assign(data.redirect)}});
const place=me.dataset.target&&document.querySelector(me.dataset.target);
if(place)place.append(frame);else me.after(frame)})()`
}

const jsText = (text: string): string => JSON.stringify(text).replaceAll('<', String.raw`\u003c`)
